package io.qcmd.bench;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Peer;
import io.qcmd.transport.RSocketDoor;
import io.qcmd.transport.Reception;
import io.qcmd.transport.Violations;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * A door and a way to it within one process: Netty's local channels in place of sockets, all else as it is. For more minions than a process may have open files.
 *
 * @param client connects to the door
 */
record LocalCable(TcpClient client) {
    private static final LocalAddress ADDRESS = new LocalAddress("qcmd-bench");

    static LocalCable open(Reception reception, int sessions) {
        LoopResources loops = new LocalLoops();
        RSocketDoor door = new RSocketDoor(
                GuardRules.agentAtBus(), sessions, new Violations(Schedulers.parallel()), Schedulers.parallel());
        door.open(TcpServer.create().runOn(loops).bindAddress(() -> ADDRESS), fromLoopback(reception))
                .then()
                .block();
        return new LocalCable(TcpClient.create(ConnectionProvider.newConnection())
                .runOn(loops)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .remoteAddress(() -> ADDRESS));
    }

    /** The bus enrols strangers from loopback only, which it knows by the address. */
    private static Reception fromLoopback(Reception reception) {
        SocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return (setup, encoding, peer) -> reception.accept(
                setup, encoding, new Peer(loopback, peer.credentials(), peer.connection(), peer.loop()));
    }

    /** Event loops for local channels, as many as there are for sockets. */
    private static final class LocalLoops implements LoopResources {
        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                LoopResources.DEFAULT_IO_WORKER_COUNT,
                new DefaultThreadFactory("local", true),
                LocalIoHandler.newFactory());

        @Override
        public EventLoopGroup onServer(boolean preferNative) {
            return group;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <C extends Channel> C onChannel(Class<C> kind, EventLoopGroup loops) {
            // Whoever asks uses it as a Channel only.
            return (C) (ServerChannel.class.isAssignableFrom(kind) ? new LocalServerChannel() : new LocalChannel());
        }

        @Override
        @SuppressWarnings("unchecked")
        public <C extends Channel> Class<? extends C> onChannelClass(Class<C> kind, EventLoopGroup loops) {
            return (Class<? extends C>)
                    (ServerChannel.class.isAssignableFrom(kind) ? LocalServerChannel.class : LocalChannel.class);
        }
    }
}
