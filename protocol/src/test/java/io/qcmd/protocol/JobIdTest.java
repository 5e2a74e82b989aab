package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {
    private static final String FIRST = "00000000000000000000000000";
    private static final String LAST = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

    @Test
    void anId_isTheTextThatTheSpecificationSays() {
        // The example of github.com/ulid/spec: time 1469918176385 is 01ARYZ6S41.
        assertThat(JobId.of(1_469_918_176_385L, 0, 0)).hasToString("01ARYZ6S410000000000000000");
        assertThat(JobId.of(0, 0, 1)).hasToString("00000000000000000000000001");
        assertThat(JobId.of(0, 1, 0)).hasToString("0000000000000G000000000000");
        assertThat(JobId.of((1L << 48) - 1, 0xFFFF, -1)).hasToString(LAST);
        assertThat(JobId.of(0, 0, 0)).hasToString(FIRST);
    }

    @Test
    void anId_readsAsItself_inBothCases_andKeepsItsTime() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long time = random.nextLong() >>> 16;
            JobId id = JobId.of(time, random.nextInt(), random.nextLong());
            assertThat(JobId.parse(id.toString())).as("seed %d", seed).isEqualTo(id);
            assertThat(JobId.parse(id.toString().toLowerCase(Locale.ROOT)))
                    .as("seed %d", seed)
                    .isEqualTo(id);
            assertThat(id.epochMillis()).as("seed %d", seed).isEqualTo(time);
        }
    }

    @Test
    void theOrderOfIds_isTheOrderOfTheirTexts() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            // Equal halves now and then, and both signs: the order must not see the sign bit.
            JobId a = new JobId(random.nextInt(3) - 1L, random.nextLong());
            JobId b = new JobId(random.nextInt(3) - 1L, random.nextLong());
            assertThat(Integer.signum(a.compareTo(b)))
                    .as("seed %d: %s, %s", seed, a, b)
                    .isEqualTo(Integer.signum(a.toString().compareTo(b.toString())));
        }
    }

    @Test
    void theShortForm_isTheEndOfTheText() {
        assertThat(Samples.JOB.shortForm()).isEqualTo("2ABCDE").hasSize(JobId.SHORT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", // more than 128 bits
                "80000000000000000000000000",
                "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
                "0000000000000000000000000",
                "000000000000000000000000000",
                "0000000000000000000000000I", // letters that look like digits
                "0000000000000000000000000l",
                "0000000000000000000000000O",
                "0000000000000000000000000u",
                "0000000000000000000000000-",
                "0000000000000000000000000*",
                "000000000000 0000000000000",
                "0000000000000000000000000\n",
                "0000000000000000000000000\u0661", // an Arabic digit
                "0000000000000000000000000\u0131",
                "\uFF10000000000000000000000000"
            })
    void whatIsNoUlid_isRefused(String text) {
        refuse(text);
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.protocol.HostileIds#all")
    void aHostileId_isRefused(String text) {
        refuse(text);
    }

    @Test
    void aTimeThatDoesNotFit_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobId.of(-1, 0, 0))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JobId.of(1L << 48, 0, 0))
                .withMessageContaining("48 bits");
    }

    private static void refuse(String text) {
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> JobId.parse(text))
                .matches(e -> e.code() == ErrorCode.JOB_ID_INVALID)
                .withMessageMatching("job id '[ -~]*…?': no ULID of 26 characters");
    }
}
