package io.qcmd.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final int THREADS = 8;
    private static final int TURNS_EACH = 50_000;

    private final Turns turns = new Turns();
    private final List<String> done = new ArrayList<>();

    @Test
    void runsATurnOnTheCaller_whenNobodyIsInside() {
        List<Thread> ran = new ArrayList<>();
        turns.run(() -> ran.add(Thread.currentThread()));
        assertThat(ran).containsExactly(Thread.currentThread());
    }

    @Test
    void runsWhatATurnAsksFor_afterThatTurn() {
        turns.run(() -> {
            turns.run(() -> {
                turns.run(() -> done.add("third"));
                done.add("second");
            });
            done.add("first");
        });
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void runsTheNextTurns_whenOneFails() {
        turns.run(() -> {
            turns.run(() -> done.add("after an exception"));
            throw new IllegalStateException("a turn of this test");
        });
        turns.run(() -> {
            throw new AssertionError("a turn of this test");
        });
        turns.run(() -> done.add("after an error"));
        assertThat(done).containsExactly("after an exception", "after an error");
    }

    @Test
    void returnsAtOnce_whenAnotherThreadIsInside() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread other = new Thread(() -> turns.run(() -> {
            done.add("other");
            inside.countDown();
            await(leave);
        }));
        other.start();
        inside.await();
        turns.run(() -> done.add("mine, on " + (Thread.currentThread() == other ? "the other thread" : "my thread")));
        assertThat(done).containsExactly("other");
        leave.countDown();
        other.join();
        assertThat(done).containsExactly("other", "mine, on the other thread");
    }

    @Test
    void losesNoTurnAndKeepsTheOrderOfEachThread_whenManyThreadsAsk() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger intruders = new AtomicInteger();
        int[] last = new int[THREADS]; // plain, as are the sums: only turns touch them
        int[] sums = new int[2];
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int me = t;
            Thread thread = new Thread(() -> {
                await(start);
                for (int i = 1; i <= TURNS_EACH; i++) {
                    int number = i;
                    turns.run(() -> {
                        intruders.addAndGet(inside.getAndIncrement());
                        sums[0]++;
                        sums[1] += number == last[me] + 1 ? 1 : 0;
                        last[me] = number;
                        inside.decrementAndGet();
                    });
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(intruders).hasValue(0);
        assertThat(sums).containsExactly(THREADS * TURNS_EACH, THREADS * TURNS_EACH);
    }

    /** Two threads, one turn each and then a rest: nobody comes later who would run what was left. */
    @Test
    void losesNoTurn_whenItIsAskedForAsAnotherThreadLeaves() throws Exception {
        int rounds = 100_000;
        AtomicInteger round = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        Thread other = new Thread(() -> {
            for (int i = 1; i <= rounds; i++) {
                spinUntil(round, i);
                turns.run(ran::incrementAndGet);
                answered.set(i);
            }
        });
        other.start();
        int lost = 0;
        for (int i = 1; i <= rounds; i++) {
            round.set(i);
            for (int pause = i % 50; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            turns.run(ran::incrementAndGet);
            spinUntil(answered, i);
            lost += ran.get() == 2 * i ? 0 : 1;
        }
        other.join();
        assertThat(lost).isZero();
    }

    private static void spinUntil(AtomicInteger number, int value) {
        for (int tries = 1; number.get() < value; tries++) {
            if (tries % 1_000 == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
