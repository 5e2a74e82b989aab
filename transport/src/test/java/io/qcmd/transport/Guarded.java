package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A guard on virtual time, a fake connection below it, and rsocket-core's place above it taken by a list. */
final class Guarded {
    static {
        QuietLogs.set();
    }

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final Violations violations = new Violations(time);
    final FakeConnection connection;
    final FrameGuard guard;
    final List<byte[]> passed = new ArrayList<>();
    final Disposable reading;

    private Guarded(GuardRules rules) {
        Outbound outbound = new Outbound(time);
        connection = new FakeConnection(outbound);
        guard = new FrameGuard(connection, rules, outbound, violations, time);
        reading = guard.receive().subscribe(frame -> passed.add(ByteBufUtil.getBytes(frame)));
    }

    static Guarded of(GuardRules rules) {
        return new Guarded(rules);
    }

    /** With SETUP done. */
    static Guarded agent() {
        return of(GuardRules.agentAtBus()).receive(RawFrames.agentSetup("web1"));
    }

    static Guarded client() {
        return of(GuardRules.clientAtBus()).receive(RawFrames.clientSetup());
    }

    Guarded receive(byte[]... frames) {
        Arrays.stream(frames).forEach(connection::receive);
        return this;
    }

    /** What rsocket-core sends. */
    Guarded send(byte[]... frames) {
        for (byte[] frame : frames) {
            ByteBuf buffer = Unpooled.wrappedBuffer(frame);
            guard.sendFrame(buffer.getInt(0), buffer);
        }
        return this;
    }

    Guarded pass(Duration duration) {
        time.advanceTimeBy(duration);
        return this;
    }

    void isClosedFor(Violation reason) {
        assertThat(Arrays.stream(Violation.values()).filter(each -> violations.total(each) > 0))
                .containsExactly(reason);
        assertThat(violations.total()).isEqualTo(1);
        assertThat(connection.disposed || connection.lastWords != null).isTrue();
        time.advanceTimeBy(Duration.ofMillis(FrameGuard.LAST_WORDS_MILLIS));
        assertThat(connection.disposed).isTrue();
    }

    void isOpen() {
        assertThat(violations.total()).isZero();
        assertThat(connection.disposed).isFalse();
        assertThat(connection.lastWords).isNull();
    }
}
