package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({"web,web,0", "wbe,web,1", "wb,web,1", "webb,web,1", "wab,web,1", "bew,web,2", "'',web,3", "ca,abc,3"})
    void countsSlipsOfTheFinger(String typed, String meant, int distance) {
        assertThat(EditDistance.of(typed, meant, 3)).isEqualTo(distance);
    }

    @Test
    void saysOneMoreThanTheLimit_whenItIsLarger() {
        assertThat(EditDistance.of("mail", "web", 2)).isEqualTo(3);
        assertThat(EditDistance.of("a", "abcdef", 2)).isEqualTo(3);
    }

    @Test
    void findsWhatWasMeant_orNothing() {
        assertThat(EditDistance.nearest("prdo", List.of("dev", "prod", "pro"))).contains("prod");
        assertThat(EditDistance.nearest("staging", List.of("dev", "prod"))).isEmpty();
    }

    @Test
    void givingUpEarlyNeverChangesTheAnswer() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            String typed = word(random);
            String meant = word(random);
            int exact = EditDistance.of(typed, meant, 100);
            for (int most = 0; most < 4; most++) {
                assertThat(EditDistance.of(typed, meant, most))
                        .as("seed %d: %s, %s, %d", seed, typed, meant, most)
                        .isEqualTo(Math.min(exact, most + 1));
            }
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }
}
