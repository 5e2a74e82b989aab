package io.qcmd.bus.courier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens on loopback, byte by byte, so that it can be as rude as a test wants. */
final class Receiver implements AutoCloseable {
    final AtomicInteger connections = new AtomicInteger();
    final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    /** One for each connection that its peer closed while it was being served. */
    final BlockingQueue<Boolean> leftAlone = new LinkedBlockingQueue<>();

    private final ServerSocket socket;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    record Request(String line, Map<String, String> headers, byte[] body) {}

    /** What it does with a connection. */
    interface Manner {
        void serve(Receiver receiver, Socket peer) throws IOException;
    }

    Receiver(ServerSocket socket, Manner manner) {
        this.socket = socket;
        Thread thread = new Thread(() -> accept(manner), "receiver");
        thread.setDaemon(true);
        thread.start();
    }

    static Receiver open(Manner manner) {
        try {
            return new Receiver(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), manner);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the request, answers with these lines, and closes. */
    static Manner answering(String... lines) {
        return (receiver, peer) -> {
            receiver.requests.add(read(peer.getInputStream()));
            OutputStream out = peer.getOutputStream();
            out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            peer.close();
        };
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket peer : open) {
                peer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Manner manner) {
        while (!socket.isClosed()) {
            try {
                Socket peer = socket.accept();
                connections.incrementAndGet();
                open.add(peer);
                manner.serve(this, peer);
            } catch (IOException e) {
                // The peer went away, or the test is over.
                leftAlone.add(true);
            }
        }
    }

    static Request read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(line, headers, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the peer closed the connection");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }
}
