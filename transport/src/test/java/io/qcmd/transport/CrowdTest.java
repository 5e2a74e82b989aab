package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Many at the door at once: none of them keeps an honest client out. */
@ExtendWith(NoLeaks.class)
class CrowdTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int CROWD = 2_000;
    private static final int UNFINISHED = 500;

    private final Violations violations = new Violations(Schedulers.parallel());
    private final EventLoopLag lag = new EventLoopLag(Duration.ofMinutes(1), Schedulers.parallel());
    private final List<HostileClient> crowd = new ArrayList<>();
    private final List<Listener> doors = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (HostileClient each : crowd) {
            each.close();
        }
        Flux.fromIterable(doors).concatMap(Listener::close).blockLast(SOON);
    }

    @Test
    @Tag("A34")
    void thousandsThatSayNothingOrLittle_areClosed_andAnHonestClientIsServedMeanwhile() throws IOException {
        Entrance entrance =
                open(new Entrance.Limits(1, 100_000, UNFINISHED, 16, Duration.ofSeconds(1), Duration.ofMinutes(1)));
        byte[] half = half(RawFrames.clientSetup());
        for (int i = 0; i < CROWD; i++) {
            HostileClient slow = new HostileClient(doors.get(0).port());
            crowd.add(slow);
            switch (i % 3) {
                case 0 -> slow.sendBytes(new byte[] {0});
                case 1 -> slow.sendBytes(half);
                default -> {}
            }
            if (i % 500 == 0) {
                assertIsServed();
            }
        }
        assertThat(entrance.unfinished()).isLessThanOrEqualTo(UNFINISHED);
        assertIsServed();

        Awaitility.await().atMost(SOON).until(() -> doors.get(0).sessions() == 0);
        assertThat(entrance.unfinished()).isZero();
        assertThat(violations.total(Violation.SETUP_LATE)
                        + violations.total(Violation.SETUP_MISSING)
                        + violations.total(Violation.HANDSHAKE_COUNT))
                .isGreaterThanOrEqualTo(CROWD);
    }

    @Test
    @Tag("A37")
    void stormOfConnections_isToldWhenToComeAgain_andComesInAtItsPace() throws IOException {
        Entrance entrance =
                open(new Entrance.Limits(1, 20, UNFINISHED, 4, Duration.ofSeconds(5), Duration.ofMinutes(1)));
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            try (HostileClient each = new HostileClient(doors.get(0).port()).send(RawFrames.clientSetup())) {
                byte[] answer = each.send(RawFrames.requestResponse(1, "bus.status"))
                        .read(SOON)
                        .orElse(new byte[0]);
                String text = new String(answer, StandardCharsets.UTF_8);
                refused += text.contains("\"BUSY\"") && text.contains("\"retryAfterMillis\":1000") ? 1 : 0;
            }
        }
        assertThat(refused).isPositive();
        assertThat(violations.total(Violation.CONNECTION_RATE)).isGreaterThanOrEqualTo(refused);
        assertThat(violations.refused()).isEqualTo(violations.total(Violation.CONNECTION_RATE));
        assertThat(violations.offences()).isZero();
        Awaitility.await().atMost(SOON).until(() -> entrance.unfinished() == 0);
        assertIsServed();
    }

    /** As an honest client: who is told BUSY comes again. */
    private void assertIsServed() {
        Awaitility.await().atMost(SOON).until(() -> {
            RSocket client = new RSocketLink(
                            Sockets.client("127.0.0.1", doors.get(0).port()),
                            GuardRules.busAtClient(),
                            Setup.client("test"),
                            Encoding.CBOR,
                            KeepAlive.DEFAULT,
                            new Violations(Schedulers.parallel()),
                            Schedulers.parallel())
                    .connect()
                    .blockOptional(SOON)
                    .orElseThrow();
            try {
                return client.requestResponse(Payloads.of(Route.BUS_STATUS, new byte[] {7}))
                        .map(answer -> Payloads.bytes(answer)[0] == 7)
                        .onErrorResume(error -> {
                            assertThat(Errors.fromWire(error).code()).isIn(ErrorCode.BUSY, ErrorCode.UNREACHABLE);
                            return Mono.just(false);
                        })
                        .blockOptional(SOON)
                        .orElse(false);
            } finally {
                client.dispose();
            }
        });
    }

    private Entrance open(Entrance.Limits limits) {
        GuardRules usual = GuardRules.clientAtBus();
        GuardRules rules = new GuardRules(
                usual.side(),
                Limits.CLIENT_FRAME,
                Limits.CLIENT_FRAME,
                limits.firstFrame(),
                usual.openStreams(),
                usual.requests(),
                usual.streamDemand(),
                usual.channelDemand(),
                usual.outboundBytes(),
                usual.stall());
        Entrance entrance = new Entrance(limits, lag, Schedulers.parallel());
        doors.add(new RSocketDoor(rules, 2 * CROWD, entrance, violations, Schedulers.parallel())
                .open(
                        ANY_PORT,
                        (setup, encoding, peer) -> Mono.just(new RSocket() {
                            @Override
                            public Mono<Payload> requestResponse(Payload payload) {
                                return Mono.just(Payloads.of(Payloads.bytes(payload)));
                            }
                        }))
                .blockOptional(SOON)
                .orElseThrow());
        return entrance;
    }

    private static byte[] half(byte[] setup) {
        byte[] bytes = new byte[3 + setup.length / 2];
        bytes[1] = (byte) (setup.length >> 8);
        bytes[2] = (byte) setup.length;
        System.arraycopy(setup, 0, bytes, 3, setup.length / 2);
        return bytes;
    }
}
