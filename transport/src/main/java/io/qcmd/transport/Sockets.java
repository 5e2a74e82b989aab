package io.qcmd.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpResources;
import reactor.netty.tcp.TcpServer;

/** TCP and Unix sockets with the options that all connections here have. Unix sockets need epoll. */
public final class Sockets {
    /** The kernel has room for 107 bytes; a few are left for a name beside it. */
    static final int LONGEST_PATH = 100;

    /** A pulled cable is noticed by the kernel after this, when something is on its way. */
    private static final Duration USER_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int BACKLOG = 4_096;

    private Sockets() {}

    /** To a host by name or address; port 1 to 65535. Nothing is resolved before it connects. */
    public static TcpClient client(String host, int port) {
        return client().remoteAddress(() -> InetSocketAddress.createUnresolved(host, port))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    /** To a Unix socket. A path over 100 bytes: BAD_REQUEST. */
    public static TcpClient client(Path socket) {
        DomainSocketAddress address = address(socket);
        return client().remoteAddress(() -> address);
    }

    static TcpServer server(InetSocketAddress address) {
        return TcpServer.create()
                .bindAddress(() -> address)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
    }

    static TcpServer server(Path socket) {
        DomainSocketAddress address = address(socket);
        return TcpServer.create().bindAddress(() -> address).option(ChannelOption.SO_BACKLOG, BACKLOG);
    }

    /** Gives all event loops of servers their threads: of a process that gets no more of them later, a part of the newcomers would find the door closed. Again: nothing. */
    static void startLoops() {
        TcpResources.get().onServer(LoopResources.DEFAULT_NATIVE).forEach(loop -> loop.execute(() -> {}));
    }

    /** What only some kinds of channels know; called for each connection. */
    static void tune(Channel channel) {
        if (channel instanceof EpollSocketChannel epoll) {
            epoll.config().setTcpUserTimeout((int) USER_TIMEOUT.toMillis());
        }
    }

    private static TcpClient client() {
        return TcpClient.create(ConnectionProvider.newConnection())
                // The JDK's: it asks what the host asks (nsswitch), and Netty's DNS client need not be loaded.
                .resolver(DefaultAddressResolverGroup.INSTANCE)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis());
    }

    private static DomainSocketAddress address(Path socket) {
        String path = socket.toAbsolutePath().toString();
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_PATH) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "socket path " + Quoted.of(path) + ": has " + bytes + " bytes; at most " + LONGEST_PATH,
                    "use a shorter directory");
        }
        if (!Epoll.isAvailable()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "socket path " + Quoted.of(path) + ": Unix sockets need epoll", "use TCP");
        }
        return new DomainSocketAddress(path);
    }
}
