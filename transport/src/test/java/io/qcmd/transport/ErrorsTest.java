package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.ConnectionErrorException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.channel.AbortedException;

class ErrorsTest {
    static {
        QuietLogs.set();
    }

    @Test
    void comesBackWhole_whenItIsOurs() {
        QcmdException error = new QcmdException(ErrorCode.NO_MINIONS_MATCHED, "target 'x': nothing", "try 'y'");

        QcmdException back = Errors.fromWire(Errors.toWire(error));

        assertThat(back).isNotSameAs(error).hasMessage(error.getMessage());
        assertThat(back.code()).isEqualTo(error.code());
        assertThat(back.hint()).isEqualTo(error.hint());
    }

    @Test
    @Tag("A64")
    void tellsOnlyACorrelationId_whenItIsUnexpected() {
        RSocketErrorException told = Errors.toWire(new IllegalStateException("password 1234 in /etc/secret"));

        assertThat(told.getMessage()).contains("correlation id").doesNotContain("1234", "secret", "IllegalState");
        assertThat(Errors.fromWire(told).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    static Stream<Throwable> lostConnections() {
        return Stream.of(
                new ConnectException("refused"),
                new ClosedChannelException(),
                new ConnectionErrorException("Disposed"),
                AbortedException.beforeSend());
    }

    @ParameterizedTest
    @MethodSource("lostConnections")
    void isUnreachable_whenTheConnectionIsLost(Throwable lost) {
        assertThat(Errors.fromWire(lost).code()).isEqualTo(ErrorCode.UNREACHABLE);
    }

    @Test
    void isInternal_whenTheCodeIsUnknown() {
        assertThat(Errors.fromWire(new ApplicationErrorException("{\"code\":\"NEW\",\"message\":\"m\",\"hint\":\"h\"}"))
                        .code())
                .isEqualTo(ErrorCode.INTERNAL);
        assertThat(Errors.fromWire(new ApplicationErrorException("{not json")).code())
                .isEqualTo(ErrorCode.INTERNAL);
        assertThat(Errors.fromWire(new ApplicationErrorException("plain")).code())
                .isEqualTo(ErrorCode.INTERNAL);
    }

    @ParameterizedTest
    @EnumSource
    void tellsEveryViolation(Violation violation) {
        assertThat(Errors.fromWire(Errors.closed(violation)))
                .hasMessageContaining(violation.rule())
                .extracting(QcmdException::code)
                .isEqualTo(violation.code());
    }
}
