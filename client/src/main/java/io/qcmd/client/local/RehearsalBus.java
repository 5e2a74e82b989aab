package io.qcmd.client.local;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A bus that knows two answers by heart, one for each kind of question, and gives them to one connection after the other. For the rehearsal of a start. */
public final class RehearsalBus implements AutoCloseable {
    private final ServerSocketChannel server;
    private final byte[] one;
    private final byte[] page;

    private RehearsalBus(ServerSocketChannel server, byte[] one, byte[] page) {
        this.server = server;
        this.one = one;
        this.page = page;
    }

    /**
     * Listens from now on.
     *
     * @param one the answer where there is one
     * @param page the answer where there may be many; nothing follows it
     */
    public static RehearsalBus open(Path socket, byte[] one, byte[] page) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        RehearsalBus bus = new RehearsalBus(server.bind(UnixDomainSocketAddress.of(socket)), one, page);
        Thread thread = new Thread(bus::live, "rehearsal-bus");
        thread.setDaemon(true);
        thread.start();
        return bus;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void live() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(client);
                }
            }
        } catch (ClosedChannelException e) {
            // The rehearsal is over.
            return;
        } catch (IOException e) {
            throw new IllegalStateException("the rehearsal's bus", e);
        }
    }

    private void answer(SocketChannel client) throws IOException {
        FrameCutter in = new FrameCutter();
        while (in.fill(client)) {
            for (ByteBuffer frame = in.next(); frame != null; frame = in.next()) {
                int stream = frame.getInt();
                int type = (frame.getShort() & 0xFFFF) >>> Frames.TYPE_SHIFT;
                if (type == Frames.REQUEST_RESPONSE || type == Frames.REQUEST_STREAM) {
                    ByteBuffer answer = Frames.lastPayload(stream, type == Frames.REQUEST_RESPONSE ? one : page);
                    while (answer.hasRemaining()) {
                        client.write(answer);
                    }
                }
            }
        }
    }
}
