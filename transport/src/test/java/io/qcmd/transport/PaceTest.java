package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void letsTheBurstAndThenTheRatePass() {
        Pace pace = new Pace(10, 5);
        long start = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

        assertThat(passed(pace, start, start, 100)).isEqualTo(5);
        assertThat(passedOverTime(pace, start, TimeUnit.SECONDS.toNanos(10), TimeUnit.MILLISECONDS.toNanos(1)))
                .isBetween(104, 105);
    }

    private static int passed(Pace pace, long state, long now, int tries) {
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            long next = pace.next(state, now);
            passed += next == state ? 0 : 1;
            state = next;
        }
        return passed;
    }

    /** The clock overflows on the way, as System.nanoTime may. */
    private static int passedOverTime(Pace pace, long start, long duration, long step) {
        int passed = 0;
        long state = start;
        for (long time = 0; time < duration; time += step) {
            long next = pace.next(state, start + time);
            passed += next == state ? 0 : 1;
            state = next;
        }
        return passed;
    }
}
