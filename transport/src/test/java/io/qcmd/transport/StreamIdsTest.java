package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamIdsTest {
    private final StreamIds ids = new StreamIds();

    @Test
    void refusesIdsThatNoRequesterHas() {
        assertThat(ids.use(0)).isFalse();
        assertThat(ids.use(2)).isFalse();
        assertThat(ids.use(-1)).isFalse();
        assertThat(ids.use(Integer.MIN_VALUE + 1)).isFalse();
        assertThat(ids.isUsed(1)).isFalse();
        assertThat(ids.isUsed(2)).isFalse();
    }

    @Test
    void refusesAnId_whenItIsTooFarBehind() {
        assertThat(ids.use(Integer.MAX_VALUE)).isTrue();

        assertThat(ids.use(Integer.MAX_VALUE - 2 * (StreamIds.WINDOW - 1))).isTrue();
        assertThat(ids.use(Integer.MAX_VALUE - 2 * StreamIds.WINDOW)).isFalse();
        assertThat(ids.use(1)).isFalse();
    }

    @Test
    void agreesWithASet_whenIdsComeCrossed() {
        for (int seed = 0; seed < 200; seed++) {
            StreamIds crossed = new StreamIds();
            Random random = new Random(seed);
            Set<Integer> used = new HashSet<>();
            int youngest = -1;
            for (int i = 0; i < 500; i++) {
                int id = Math.max(1, youngest + 2 * random.nextInt(-80, 10));
                boolean fresh = id > youngest - 2 * StreamIds.WINDOW && !used.contains(id);
                assertThat(crossed.use(id))
                        .as("seed %s, id %s after %s", seed, id, youngest)
                        .isEqualTo(fresh);
                if (fresh) {
                    used.add(id);
                    youngest = Math.max(youngest, id);
                }
                assertThat(crossed.isUsed(id)).isTrue();
                assertThat(crossed.isUsed(youngest + 2)).isFalse();
            }
        }
    }
}
