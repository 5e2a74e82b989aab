package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.job.OutputWindow.Source;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the agents are told they may send, and what that takes of the pool. */
class OutputWindowTest {
    private static final JobId JOB = new JobId(0, 1);
    private static final int FIRST = Limits.FIRST_WINDOW;
    private static final int POOL = 1 << 20;
    private static final int STEPS = 20_000;
    private static final int TARGETS = 40;

    private final OutputPool pool = new OutputPool(POOL);

    @Test
    void pool_isNoMoreThanAQuarterOfTheHeap() {
        assertThat(OutputPool.of(256 << 20, 1L << 40).capacity()).isEqualTo(256 << 20);
        assertThat(OutputPool.of(256 << 20, 400 << 20).capacity()).isEqualTo(100 << 20);
    }

    @Test
    void silentCommand_takesNothing() {
        Target silent = new Target(1);

        assertThat(pool.taken()).isZero();

        silent.send(1).commit();
        assertThat(silent.window).isEqualTo(FIRST);
        assertThat(pool.taken()).isZero();
    }

    @Test
    void windowDoubles_forWhoUsesIt_upToTheLargest() {
        Target busy = new Target(1);
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            told.add(busy.send(busy.window).commit().window);
        }

        assertThat(told)
                .containsExactly(2 * FIRST, 4 * FIRST, 8 * FIRST, 16 * FIRST, 32 * FIRST, 32 * FIRST, 32 * FIRST);
        assertThat(pool.taken()).isEqualTo(Limits.WINDOW - FIRST);
    }

    @Test
    void whoSaysLittleAtATime_keepsTheFirstWindow() {
        Target slow = new Target(1);

        for (int i = 0; i < 1_000; i++) {
            slow.send(1_000).commit();
        }

        assertThat(slow.window).isEqualTo(FIRST);
        assertThat(pool.taken()).isZero();
    }

    @Test
    void windowIsNotRenewed_whileHalfOfThePoolIsTaken_andGrowsAgain_whenBytesComeFree() {
        Target late = new Target(1);
        late.send(FIRST).commit();
        Target before = new Target(1);
        assertThat(pool.take(POOL / 2)).isTrue();

        before.send(FIRST).commit();
        late.send(FIRST).commit();
        assertThat(List.of(before.window, late.window)).containsExactly(FIRST, FIRST);
        before.send(FIRST).commit();
        assertThat(before.window).as("it goes on").isEqualTo(FIRST);

        pool.give(POOL / 2);
        before.send(FIRST).commit();
        assertThat(before.window).isEqualTo(2 * FIRST);
    }

    @Test
    void whatWasTold_isNeverTakenBack() {
        Target target = new Target(1);
        target.send(FIRST).commit();
        assertThat(pool.take(POOL / 2)).isTrue();

        target.send(1_000).commit();

        assertThat(target.window).isEqualTo(2 * FIRST - 1_000);
    }

    @Test
    @Tag("A38")
    void moreThanTheWindow_isRefused() {
        Target target = new Target(1);
        target.send(FIRST);

        assertThatThrownBy(() -> target.its.take(JOB, 1))
                .satisfies(refused -> assertThat(code(refused)).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
        target.commit();
        target.its.take(JOB, 2 * FIRST);
    }

    @Test
    @Tag("A38")
    void whatThePoolHasNoRoomFor_isToldBusy_andTakesNothing() {
        assertThat(pool.take(POOL - FIRST)).isTrue();
        Target target = new Target(1);
        long before = pool.taken();

        assertThatThrownBy(() -> target.send(FIRST))
                .satisfies(refused -> assertThat(code(refused)).isEqualTo(ErrorCode.BUSY));

        assertThat(pool.taken()).isEqualTo(before);
        assertThat(pool.isFull()).isTrue();
    }

    @Test
    void end_givesTheWindowBack_andTheRestWithTheCommits() {
        Target target = new Target(3);
        target.send(FIRST).commit().send(100);
        assertThat(pool.taken()).isEqualTo(FIRST);

        target.its.end(2);
        assertThat(pool.taken()).as("an older session has ended").isEqualTo(FIRST);
        target.its.end(3);

        assertThat(pool.taken()).isEqualTo(OutputWindow.cost(100, 1));
        target.commit();
        assertThat(pool.taken()).isZero();
    }

    /** Whatever honest agents, hostile ones and a store of any speed do: no more than the pool, and all that was told and came is in it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @Tag("A38")
    void anySequence_neverTakesMoreThanThePool(long seed) {
        Random random = new Random(seed);
        List<Target> targets = new ArrayList<>(
                IntStream.range(0, TARGETS).mapToObj(i -> new Target(1)).toList());
        List<Target> over = new ArrayList<>();
        int busy = 0;
        long most = 0;
        for (int step = 0; step < STEPS; step++) {
            int at = random.nextInt(TARGETS);
            Target target = targets.get(at);
            int kind = random.nextInt(100);
            if (kind < 60) {
                int room = target.window - target.onItsWay;
                int piece = Math.min(room, 1 + random.nextInt(random.nextBoolean() ? Limits.CHUNK : 100));
                busy += piece > 0 && !target.tries(piece) ? 1 : 0;
            } else if (kind < 98 && random.nextInt(4) > seed % 4) {
                target.commit();
            } else if (kind >= 98) {
                target.its.end(target.session);
                over.add(target);
                targets.set(at, new Target(target.session + 1));
            }
            most = Math.max(most, pool.taken());
            assertThat(pool.taken()).as("step %d", step).isBetween(promised(targets, over), (long) POOL);
        }
        for (Target target : targets) {
            target.its.end(Long.MAX_VALUE);
            over.add(target);
        }
        over.forEach(Target::commitAll);
        assertThat(pool.taken()).isZero();
        assertThat(most).as("it was a pressure at all").isGreaterThan(POOL / 4);
        assertThat(busy).as("a slow store leaves no room at times").isGreaterThanOrEqualTo(seed % 4 == 3 ? 1 : 0);
    }

    private static long promised(List<Target> targets, List<Target> over) {
        return targets.stream()
                        .mapToLong(target -> Math.max(target.onItsWay, target.window - FIRST))
                        .sum()
                + over.stream().mapToLong(target -> target.onItsWay).sum();
    }

    private static ErrorCode code(Throwable refused) {
        return ((QcmdException) refused).code();
    }

    /** A target in one session, as its agent and the store see it. */
    private final class Target {
        private final long session;
        private final OutputWindow its;
        private final Deque<Integer> pieces = new ArrayDeque<>();
        private int window = FIRST;
        private int onItsWay;

        Target(long session) {
            this.session = session;
            this.its = new OutputWindow(new Source(session, pool));
        }

        Target send(int bytes) {
            its.take(JOB, bytes);
            pieces.add(bytes);
            onItsWay += bytes;
            return this;
        }

        /** False: BUSY. */
        boolean tries(int bytes) {
            try {
                send(bytes);
                return true;
            } catch (QcmdException refused) {
                assertThat(refused.code()).isIn(ErrorCode.BUSY, ErrorCode.LIMIT_EXCEEDED);
                assertThat(refused.code() == ErrorCode.BUSY || pieces.size() == OutputWindow.MOST_PIECES)
                        .isTrue();
                return false;
            }
        }

        /** The oldest piece is on disk. */
        Target commit() {
            if (!pieces.isEmpty()) {
                int bytes = pieces.remove();
                onItsWay -= bytes;
                window = its.committed(bytes);
            }
            return this;
        }

        void commitAll() {
            while (!pieces.isEmpty()) {
                commit();
            }
        }
    }
}
