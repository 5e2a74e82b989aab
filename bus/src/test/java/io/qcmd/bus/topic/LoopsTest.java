package io.qcmd.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopsTest {
    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1_000).boxed().toList();

    private final List<Runnable> even = new ArrayList<>();
    private final List<Runnable> odd = new ArrayList<>();
    private final List<Integer> done = new ArrayList<>();

    private Executor loop(int number) {
        return number % 2 == 0 ? evenLoop : oddLoop;
    }

    private final Executor evenLoop = even::add;
    private final Executor oddLoop = odd::add;

    @Test
    void doesEachOnItsLoop_inOrder_inChunks() {
        Loops.each(NUMBERS, this::loop, done::add);
        assertThat(done).isEmpty();
        even.forEach(Runnable::run);
        assertThat(done)
                .containsExactlyElementsOf(
                        NUMBERS.stream().filter(number -> number % 2 == 0).toList());
        odd.forEach(Runnable::run);
        assertThat(done).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(even).hasSizeBetween(2, 50);
    }

    @Test
    void doesItAtOnce_whenTheLoopHasEnded() {
        Executor ended = task -> {
            throw new RejectedExecutionException("ended");
        };
        Loops.each(NUMBERS, number -> ended, done::add);
        assertThat(done).containsExactlyElementsOf(NUMBERS);
    }
}
