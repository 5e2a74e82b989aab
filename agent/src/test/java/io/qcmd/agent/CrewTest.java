package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CrewTest {
    private final List<Thread> threads = new ArrayList<>();

    @Test
    void eachThread_doesOneTask() {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        try (Crew crew = new Crew(2, this::start)) {
            crew.begin(first::incrementAndGet, second::incrementAndGet);
            awaitEnds();
        }

        assertThat(first).hasValue(1);
        assertThat(second).hasValue(1);
    }

    @Test
    void crewWithoutWork_goesHome() {
        new Crew(3, this::start).close();

        awaitEnds();
        assertThat(threads).hasSize(3);
    }

    @Test
    void whoeverStillWaitsAtTheEnd_isInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Crew crew = new Crew(1, this::start)) {
            crew.begin(() -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            await().until(() -> threads.get(0).getState() == Thread.State.WAITING);
        }

        await().until(() -> interrupted.getCount() == 0);
    }

    @Test
    @Tag("F39")
    void threadThatIsRefused_isAnError_andTheOthersGoHome() {
        assertThatThrownBy(() -> new Crew(3, task -> {
                    if (threads.size() == 2) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    start(task);
                }))
                .isInstanceOf(OutOfMemoryError.class);

        awaitEnds();
        assertThat(threads).hasSize(2);
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task);
        threads.add(thread);
        thread.start();
    }

    private void awaitEnds() {
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
