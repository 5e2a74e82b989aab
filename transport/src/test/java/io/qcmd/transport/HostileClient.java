package io.qcmd.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A peer that sends what it likes, over a plain blocking socket to a port of this host. One thread. */
public final class HostileClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;
    private boolean cut;

    /** Connected, nothing said. Its receive buffer is small, so that a peer that sends notices soon that nobody reads. */
    public HostileClient(int port) throws IOException {
        socket.setReceiveBufferSize(8 * 1024);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Whole frames, each with its length before it, in one write. A connection that is closed meanwhile is no error. */
    public HostileClient send(byte[]... frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream all = new DataOutputStream(bytes);
        for (byte[] frame : frames) {
            RawFrames.writeMedium(all, frame.length);
            all.write(frame);
        }
        return sendBytes(bytes.toByteArray());
    }

    /** Bytes as they are. A connection that is closed meanwhile is no error. */
    public HostileClient sendBytes(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (SocketException closed) {
            // What the tests look at is how it was closed, on the reading side.
            cut = true;
        }
        return this;
    }

    /** The port on its own side. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Whether something could not be sent, as the connection is closed. */
    public boolean isCut() {
        return cut;
    }

    /** The next frame, without its length; empty once the connection is closed. Nothing within the time: SocketTimeoutException. */
    public Optional<byte[]> read(Duration within) throws IOException {
        socket.setSoTimeout((int) within.toMillis());
        try {
            int high = in.readUnsignedByte();
            byte[] frame = new byte[high << 16 | in.readUnsignedShort()];
            in.readFully(frame);
            return Optional.of(frame);
        } catch (EOFException | SocketException closed) {
            return Optional.empty();
        }
    }

    /** All frames until the other side closes. Not closed within the time: SocketTimeoutException. */
    public List<byte[]> readUntilClosed(Duration within) throws IOException {
        long end = System.nanoTime() + within.toNanos();
        List<byte[]> frames = new ArrayList<>();
        for (Optional<byte[]> next = read(within); next.isPresent(); next = read(within)) {
            frames.add(next.get());
            if (System.nanoTime() > end) {
                throw new SocketTimeoutException("still open after " + frames.size() + " frames");
            }
        }
        return frames;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
