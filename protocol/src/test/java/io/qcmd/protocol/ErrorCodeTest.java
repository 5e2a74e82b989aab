package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    /** Names are API: scripts and other programs compare with them. Add; never rename, never remove, never change what may be retried. */
    private static final String CODES = """
            BAD_REQUEST
            UNKNOWN_ROUTE
            UPGRADE_REQUIRED
            FORBIDDEN
            DEMAND_INVALID
            TARGET_INVALID
            NO_MINIONS_MATCHED
            MINION_ID_INVALID
            MINION_NOT_FOUND
            JOB_ID_INVALID
            JOB_NOT_FOUND
            JOB_AMBIGUOUS
            GROUP_INVALID
            GROUP_NOT_FOUND
            MINIONS_UNCONTROLLABLE
            COMMAND_INVALID
            LIMIT_EXCEEDED
            CONFIG_INVALID
            BUSY retryable
            JOURNAL_OUTDATED retryable
            STORE_FULL retryable
            STORE_BUSY retryable
            STORE_UNAVAILABLE retryable
            UNREACHABLE retryable
            TIMED_OUT retryable
            INTERNAL retryable
            """;

    @Test
    void codes_areStable() {
        assertThat(Arrays.stream(ErrorCode.values()).map(code -> code.name() + (code.retryable() ? " retryable" : "")))
                .containsExactlyInAnyOrderElementsOf(CODES.lines().toList());
    }

    @ParameterizedTest
    @EnumSource
    void everyCode_hasAHint(ErrorCode code) {
        assertThat(code.hint()).isNotBlank().doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource
    void anError_crossesTheWireWhole(ErrorCode code) {
        QcmdException thrown = new QcmdException(code, "what 'value': rule", "remedy");
        QcmdException read = WireCodec.json(WireCodec.Size.LARGE)
                .decode(WireCodec.json(WireCodec.Size.LARGE).encode(WireError.of(thrown)), WireError.class)
                .toException();
        assertThat(read.code()).isEqualTo(code);
        assertThat(read).hasMessage("what 'value': rule");
        assertThat(read.hint()).isEqualTo("remedy");
        assertThat(read.retryable()).isEqualTo(code.retryable());
    }
}
