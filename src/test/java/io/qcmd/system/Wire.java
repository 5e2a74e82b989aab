package io.qcmd.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between an agent and its bus. Each direction can be held for a while: what comes meanwhile waits, as it does in a network that loses packets until they are
 * sent again; the end of a connection waits too. Bytes may take their time, and the link may be down. Thread-safe.
 */
final class Wire implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    /** The same delays in each run, as far as the sides say the same. */
    private final Random random = new Random(300);

    private final ServerSocket door;
    private final int bus;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    /** Guarded by this. */
    private final Set<Direction> held = EnumSet.noneOf(Direction.class);
    /** In which something waits. Guarded by this. */
    private final Set<Direction> waiting = EnumSet.noneOf(Direction.class);

    private volatile boolean isDown;
    private volatile int longestMillis;

    enum Direction {
        /** What the agent says. */
        TO_BUS,
        /** What the bus says. */
        TO_AGENT
    }

    /** To a port of this host. */
    Wire(int bus) {
        this.bus = bus;
        try {
            door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** Where the agent finds it. */
    int port() {
        return door.getLocalPort();
    }

    /** Nothing comes through any more in these directions. */
    synchronized void hold(Direction... directions) {
        held.addAll(List.of(directions));
    }

    /** Whether something has come in this direction since it is held. */
    synchronized boolean holdsBack(Direction direction) {
        return waiting.contains(direction);
    }

    /** All that waits comes through. */
    synchronized void heal() {
        held.clear();
        waiting.clear();
        notifyAll();
    }

    /** From now on each piece of at most 16 KiB takes from a fifth of this time to all of it, one after the other in each direction. */
    void delay(Duration longest) {
        longestMillis = (int) longest.toMillis();
    }

    /** All connections end, and so does each that comes, until it is {@link #up}. */
    void down() {
        isDown = true;
        cut();
    }

    void up() {
        isDown = false;
    }

    /** How often somebody connected, also in vain. */
    int connections() {
        return connections.get();
    }

    /** How often connections that were there have been ended. */
    int cuts() {
        return cuts.get();
    }

    /** Ends all connections; what waits in them is lost. */
    void cut() {
        if (!sockets.isEmpty()) {
            cuts.incrementAndGet();
        }
        sockets.forEach(Wire::close);
        sockets.clear();
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
            heal();
        }
    }

    private void accept() throws IOException {
        while (!door.isClosed()) {
            Socket agent = door.accept();
            connections.incrementAndGet();
            if (isDown) {
                agent.close();
                continue;
            }
            sockets.add(agent);
            Socket other = new Socket(InetAddress.getLoopbackAddress(), bus);
            sockets.add(other);
            start(() -> pump(agent, other, Direction.TO_BUS));
            start(() -> pump(other, agent, Direction.TO_AGENT));
        }
    }

    private void pump(Socket from, Socket to, Direction direction) throws IOException, InterruptedException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
                    awaitPassage();
                    awaitOpen(direction);
                    out.write(buffer, 0, size);
                }
            } finally {
                awaitOpen(direction);
            }
        }
    }

    private synchronized void awaitPassage() throws InterruptedException {
        int longest = longestMillis;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longest / 5 + random.nextInt(longest * 4 / 5 + 1));
        for (long left = end - System.nanoTime(); longest > 0 && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private synchronized void awaitOpen(Direction direction) throws InterruptedException {
        while (held.contains(direction)) {
            waiting.add(direction);
            wait();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> run(work), "wire");
        thread.setDaemon(true);
        thread.start();
    }

    /** A connection that ends is no error: what a test looks at is how the two sides take it. */
    private static void run(Work work) {
        try {
            work.run();
        } catch (IOException ended) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}
