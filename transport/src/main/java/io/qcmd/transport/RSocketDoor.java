package io.qcmd.transport;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Setup;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.TcpDuplexConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.ChannelBindException;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/**
 * Where agents or clients come in: every connection stands behind its own guard, and is received once, when its SETUP has passed. May be opened at several
 * addresses.
 *
 * @param rules {@link GuardRules#agentAtBus()} or {@link GuardRules#clientAtBus()}
 * @param mostSessions connections at once and per address; one more is told BUSY and closed
 * @param entrance what all doors of a process have in common
 * @param violations where closed connections are counted
 * @param scheduler for the few timers of the guards, and their clock
 */
public record RSocketDoor(
        GuardRules rules, int mostSessions, Entrance entrance, Violations violations, Scheduler scheduler) {
    /** A door with an entrance of its own that has the widest limits. */
    public RSocketDoor(GuardRules rules, int mostSessions, Violations violations, Scheduler scheduler) {
        this(rules, mostSessions, widest(scheduler), violations, scheduler);
    }

    public RSocketDoor {
        if (!rules.side().asks() || mostSessions < 1) {
            throw new IllegalArgumentException("door: needs rules for those who come in, and room for one");
        }
    }

    private static Entrance widest(Scheduler scheduler) {
        return new Entrance(Entrance.Limits.MOST, new EventLoopLag(Entrance.Limits.MOST.lag(), scheduler), scheduler);
    }

    /** Opens it at a TCP address; port 0 takes a free one. A port that another program has, or an address of another host: BAD_REQUEST. */
    public Mono<Listener> open(InetSocketAddress address, Reception reception) {
        return open(Sockets.server(address), reception)
                .onErrorMap(ChannelBindException.class, refused -> cannotListen(address, refused));
    }

    /** Opens it at a Unix socket; its directory is the caller's. A path over 100 bytes, or in use: BAD_REQUEST. */
    public Mono<Listener> open(Path socket, Reception reception) {
        return Mono.defer(() -> {
            TcpServer server = Sockets.server(socket);
            SocketFile file = new SocketFile(socket);
            file.clear();
            Set<DuplexConnection> sessions = ConcurrentHashMap.newKeySet();
            return bind(server, reception, sessions)
                    .doOnNext(bound -> file.restrict())
                    .map(bound -> new OpenDoor(bound, sessions, file::remove));
        });
    }

    /** Opens it at a server that is set up already, such as one with TLS. */
    public Mono<Listener> open(TcpServer server, Reception reception) {
        return Mono.defer(() -> {
            Set<DuplexConnection> sessions = ConcurrentHashMap.newKeySet();
            return bind(server, reception, sessions).map(bound -> new OpenDoor(bound, sessions, () -> {}));
        });
    }

    private static QcmdException cannotListen(InetSocketAddress address, ChannelBindException refused) {
        Throwable cause = refused.getCause() == null ? refused : refused.getCause();
        String where = address.getHostString() + ":" + address.getPort();
        return new QcmdException(
                ErrorCode.BAD_REQUEST,
                "cannot listen on " + where + ": " + cause.getMessage(),
                "end the program that has this port, or choose another one");
    }

    private Mono<? extends DisposableServer> bind(
            TcpServer server, Reception reception, Set<DuplexConnection> sessions) {
        Sockets.startLoops();
        return server.doOnConnection(connection -> enter(connection, reception, sessions))
                .bind();
    }

    // On the event loop of the connection, before anything is read.
    private void enter(Connection connection, Reception reception, Set<DuplexConnection> sessions) {
        Sockets.tune(connection.channel());
        Outbound outbound = new Outbound(scheduler);
        connection.addHandlerLast(new FrameLengths(rules)).addHandlerLast(outbound);
        TcpDuplexConnection raw = new TcpDuplexConnection("server", connection);
        Entrance.Visit visit = new Entrance.Visit(raw.remoteAddress());
        Violation refused = sessions.size() >= mostSessions
                ? Violation.SESSION_COUNT
                : entrance.enter(visit, connection.channel().eventLoop());
        if (refused != null) {
            violations.count(refused, raw.remoteAddress());
            raw.sendErrorAndClose(Errors.closed(refused));
            return;
        }
        FrameGuard guard = new FrameGuard(raw, rules, outbound, violations, scheduler);
        visit.guardedBy(guard);
        sessions.add(guard);
        connection.onDispose(() -> {
            sessions.remove(guard);
            entrance.left(visit);
        });
        RSocketServer.create((setup, socket) ->
                        entrance.handshake(visit, receive(setup, reception, connection.channel(), guard)))
                .asConnectionAcceptor(rules.sentFrameBytes())
                .apply(guard)
                .then(Mono.<Void>never())
                // A rejected peer is told why, and that has to be written first; who is told closes by itself.
                .onErrorResume(rejected -> Mono.delay(Duration.ofMillis(FrameGuard.LAST_WORDS_MILLIS), scheduler)
                        .then())
                .subscribe(connection.disposeSubscriber());
    }

    private Mono<RSocket> receive(
            ConnectionSetupPayload payload, Reception reception, Channel channel, FrameGuard guard) {
        Setup.Role role = rules.side() == GuardRules.Side.AGENT_AT_BUS ? Setup.Role.AGENT : Setup.Role.CLIENT;
        return Mono.fromCallable(
                        () -> new Peer(guard.remoteAddress(), credentials(channel), guard, channel.eventLoop()))
                .flatMap(peer -> reception.accept(Setups.read(payload, role), Setups.encoding(payload), peer))
                .<RSocket>map(TranslatingRSocket::new)
                .onErrorMap(Errors::rejectedSetup);
    }

    private static Optional<Credentials> credentials(Channel channel) throws IOException {
        if (!(channel instanceof EpollDomainSocketChannel unix)) {
            return Optional.empty();
        }
        PeerCredentials peer = unix.peerCredentials();
        return Optional.of(new Credentials(peer.uid(), peer.gids()[0], peer.pid()));
    }
}
