package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.tcp.TcpClient;

class DoorTest {
    static {
        QuietLogs.set();
    }

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Setup AGENT = Setup.agent(new MinionId("web1"), "test");
    private static final Setup CLIENT = Setup.client("test");

    private final Violations violations = new Violations(Schedulers.parallel());
    private final AtomicReference<Setup> greeted = new AtomicReference<>();
    private final CompletableFuture<Peer> peer = new CompletableFuture<>();

    @TempDir
    Path directory;

    private final List<Listener> opened = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Flux.fromIterable(opened).concatMap(Listener::close).blockLast(SOON);
    }

    @Test
    void servesAnHonestAgent_overTcp() {
        Listener listener = open(door(GuardRules.agentAtBus(), 10).open(ANY_PORT, this::receive));
        RSocket agent = connected(link(tcp(listener), GuardRules.busAtAgent(), AGENT));

        assertThat(commands(agent, 100)).isEqualTo(100);
        assertThat(reports(agent, 1_000)).isEqualTo(1_000);

        assertThat(greeted.get()).isEqualTo(AGENT);
        assertThat(peer.join().credentials()).isEmpty();
        assertThat(peer.join().address()).isInstanceOf(InetSocketAddress.class);
        assertThat(listener.sessions()).isEqualTo(1);
        agent.dispose();
        peer.join().onClose().block(SOON);
        Awaitility.await().untilAsserted(() -> assertThat(listener.sessions()).isZero());
        assertThat(violations.total()).isZero();
    }

    @Test
    void servesAnHonestClient_overAUnixSocket_andKnowsWhoItIs() throws IOException {
        Path socket = directory.resolve("bus.sock");
        Listener listener = open(door(GuardRules.clientAtBus(), 10).open(socket, this::receive));
        RSocket client = connected(link(Sockets.client(socket), GuardRules.busAtClient(), CLIENT));

        assertThat(Flux.range(0, 200)
                        .flatMap(i -> client.requestResponse(Payloads.of(Route.BUS_STATUS, new byte[] {7})), 32)
                        .map(Payloads::bytes)
                        .filter(answer -> answer[0] == 7)
                        .count()
                        .block(SOON))
                .isEqualTo(200);
        assertThat(client.requestStream(Payloads.of(Route.JOB_RESULTS, new byte[] {1}))
                        .limitRate(256)
                        .take(1_000)
                        .doOnNext(Payload::release)
                        .count()
                        .block(SOON))
                .isEqualTo(1_000);

        int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        int gid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        assertThat(peer.join().credentials()).hasValue(new Credentials(uid, gid, (int)
                ProcessHandle.current().pid()));
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> listener.port()).isInstanceOf(IllegalStateException.class);
        client.dispose();
        listener.close().block(SOON);
        assertThat(socket).doesNotExist();
        assertThat(violations.total()).isZero();
    }

    @Test
    void tellsTheErrorOfTheHandler_andHidesOthers() {
        Listener listener = open(door(GuardRules.clientAtBus(), 10)
                .open(
                        ANY_PORT,
                        (setup, encoding, from) -> Mono.just(new RSocket() {
                            @Override
                            public Mono<Payload> requestResponse(Payload payload) {
                                payload.release();
                                throw new QcmdException(ErrorCode.JOB_NOT_FOUND, "job 'x': not known");
                            }

                            @Override
                            public Flux<Payload> requestStream(Payload payload) {
                                payload.release();
                                return Flux.error(new IllegalStateException("secret"));
                            }
                        })));
        RSocket client = connected(link(tcp(listener), GuardRules.busAtClient(), CLIENT));

        fails(client.requestResponse(Payloads.of(Route.JOB_SHOW, new byte[0])), ErrorCode.JOB_NOT_FOUND);
        assertThat(fails(
                        client.requestStream(Payloads.of(Route.JOB_LIST, new byte[0]))
                                .limitRate(256),
                        ErrorCode.INTERNAL))
                .hasMessageNotContaining("secret");
        client.dispose();
    }

    @Test
    void tellsAClient_thatAskedForTooMuch() {
        Listener listener = open(door(GuardRules.clientAtBus(), 10).open(ANY_PORT, this::receive));
        RSocket client = connected(link(tcp(listener), GuardRules.busAtClient(), CLIENT));

        assertThat(fails(client.requestStream(Payloads.of(Route.JOB_RESULTS, new byte[0])), ErrorCode.DEMAND_INVALID)
                        .hint())
                .contains("limitRate(256)");
        assertThat(violations.total(Violation.DEMAND)).isEqualTo(1);
    }

    @Test
    void rejectsASession_withItsReason() {
        Listener listener = open(door(GuardRules.clientAtBus(), 10)
                .open(
                        ANY_PORT,
                        (setup, encoding, from) -> Mono.error(new QcmdException(ErrorCode.FORBIDDEN, "not you"))));

        assertThat(firstAnswer(listener, CLIENT)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(firstAnswer(listener, new Setup(999, Setup.Role.CLIENT, null, "test")))
                .isEqualTo(ErrorCode.UPGRADE_REQUIRED);
        assertThat(firstAnswer(listener, AGENT)).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void refusesOneMore_whenAllPlacesAreTaken() {
        Listener listener = open(door(GuardRules.clientAtBus(), 1).open(ANY_PORT, this::receive));
        RSocket first = connected(link(tcp(listener), GuardRules.busAtClient(), CLIENT));
        assertThat(first.requestResponse(Payloads.of(Route.BUS_STATUS, new byte[1]))
                        .map(Payloads::bytes)
                        .block(SOON))
                .hasSize(1);

        assertThat(firstAnswer(listener, CLIENT)).isIn(ErrorCode.BUSY, ErrorCode.UNREACHABLE);
        assertThat(violations.total(Violation.SESSION_COUNT)).isEqualTo(1);

        first.dispose();
        Awaitility.await().untilAsserted(() -> assertThat(listener.sessions()).isZero());
        assertThat(violations.total()).isEqualTo(1);
    }

    @Test
    void servesAClient_whoseThreadsAskAtOnce() {
        Listener listener = open(door(GuardRules.clientAtBus(), 10).open(ANY_PORT, this::receive));
        RSocket client = connected(link(tcp(listener), GuardRules.busAtClient(), CLIENT));

        // Two threads may send their requests in another order than they took the stream ids.
        assertThat(Flux.range(0, 8)
                        .flatMap(
                                thread -> Flux.range(0, 100)
                                        .concatMap(i ->
                                                client.requestResponse(Payloads.of(Route.BUS_STATUS, new byte[] {1})))
                                        .map(Payloads::bytes)
                                        .subscribeOn(Schedulers.boundedElastic()),
                                8)
                        .count()
                        .block(SOON))
                .isEqualTo(800);
        assertThat(violations.total()).isZero();
    }

    @Test
    @Tag("A62")
    void leavesABus_thatLiesAboutLengths() throws IOException {
        try (ServerSocket hostile = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RSocket agent = connected(
                    link(Sockets.client("127.0.0.1", hostile.getLocalPort()), GuardRules.busAtAgent(), AGENT));
            try (Socket bus = hostile.accept()) {
                bus.getOutputStream().write(new byte[] {0x10, 0, 1});

                agent.onClose().onErrorComplete().block(SOON);
            }
        }
        assertThat(violations.total(Violation.FRAME_LENGTH)).isEqualTo(1);
    }

    @Test
    void isUnreachable_whenNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        fails(
                link(Sockets.client("127.0.0.1", port), GuardRules.busAtClient(), CLIENT)
                        .connect(),
                ErrorCode.UNREACHABLE);
        fails(
                link(Sockets.client(directory.resolve("none")), GuardRules.busAtClient(), CLIENT)
                        .connect(),
                ErrorCode.UNREACHABLE);
    }

    @Test
    void failsRunningRequests_whenTheDoorIsClosed() {
        Listener listener = open(door(GuardRules.clientAtBus(), 10).open(ANY_PORT, (setup, encoding, from) -> {
            peer.complete(from);
            return Mono.just(new RSocket() {
                @Override
                public Mono<Payload> requestResponse(Payload payload) {
                    payload.release();
                    return opened.get(0).close().then(Mono.never());
                }
            });
        }));
        RSocket client = connected(link(tcp(listener), GuardRules.busAtClient(), CLIENT));

        fails(client.requestResponse(Payloads.of(Route.BUS_STATUS, new byte[0])), ErrorCode.UNREACHABLE);
    }

    @Test
    void replacesAStaleSocket_butNotOneThatLives() throws IOException {
        Path stale = directory.resolve("stale.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale));
            refuses(stale, "another process listens");
        }
        assertThat(stale).exists();

        Listener listener = open(door(GuardRules.clientAtBus(), 10).open(stale, this::receive));

        refuses(stale, "another process listens");
        refuses(Files.createFile(directory.resolve("file")), "no socket");
        refuses(Files.createSymbolicLink(directory.resolve("link"), stale), "no socket");
        assertThat(directory.resolve("file")).exists();
        refuses(directory.resolve("x".repeat(100)), "at most 100");
    }

    private void refuses(Path socket, String why) {
        assertThat(fails(door(GuardRules.clientAtBus(), 10).open(socket, this::receive), ErrorCode.BAD_REQUEST))
                .hasMessageContaining(why);
    }

    private Listener open(Mono<Listener> door) {
        Listener listener = door.blockOptional(SOON).orElseThrow();
        opened.add(listener);
        return listener;
    }

    private static RSocket connected(RSocketLink link) {
        return link.connect().blockOptional(SOON).orElseThrow();
    }

    private long commands(RSocket agent, int count) {
        return agent.requestStream(Payloads.of(Route.COMMANDS, new byte[0]))
                .limitRate(1)
                .take(count)
                .doOnNext(Payload::release)
                .count()
                .blockOptional(SOON)
                .orElseThrow();
    }

    private long reports(RSocket agent, int count) {
        return agent.requestChannel(Flux.range(0, count).map(i -> Payloads.of(Route.REPORTS, new byte[] {3})))
                .limitRate(256)
                .doOnNext(Payload::release)
                .count()
                .blockOptional(SOON)
                .orElseThrow();
    }

    /** Echoes responses and channels; streams do not end. */
    private Mono<RSocket> receive(Setup setup, Encoding encoding, Peer from) {
        greeted.set(setup);
        peer.complete(from);
        return Mono.just(new RSocket() {
            @Override
            public Mono<Payload> requestResponse(Payload payload) {
                return Mono.just(Payloads.of(Payloads.bytes(payload)));
            }

            @Override
            public Flux<Payload> requestStream(Payload payload) {
                payload.release();
                return Flux.range(0, 1_000_000).map(i -> Payloads.of(new byte[100]));
            }

            @Override
            public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
                return Flux.from(payloads).limitRate(256).map(each -> Payloads.of(Payloads.bytes(each)));
            }
        });
    }

    private ErrorCode firstAnswer(Listener listener, Setup setup) {
        return Errors.fromWire(error(link(tcp(listener), GuardRules.busAtClient(), setup)
                        .connect()
                        .flatMap(socket -> socket.requestResponse(Payloads.of(Route.BUS_STATUS, new byte[1])))))
                .code();
    }

    private static QcmdException fails(Publisher<?> call, ErrorCode code) {
        QcmdException error = Errors.fromWire(error(call));
        assertThat(error.code()).isEqualTo(code);
        return error;
    }

    private static Throwable error(Publisher<?> call) {
        return Flux.from(call)
                .then(Mono.<Throwable>error(new AssertionError("did not fail")))
                .onErrorResume(Mono::just)
                .blockOptional(SOON)
                .orElseThrow();
    }

    private RSocketDoor door(GuardRules rules, int sessions) {
        return new RSocketDoor(rules, sessions, violations, Schedulers.parallel());
    }

    private static TcpClient tcp(Listener listener) {
        return Sockets.client("127.0.0.1", listener.port());
    }

    private RSocketLink link(TcpClient tcp, GuardRules rules, Setup setup) {
        return new RSocketLink(tcp, rules, setup, Encoding.CBOR, KeepAlive.DEFAULT, violations, Schedulers.parallel());
    }
}
