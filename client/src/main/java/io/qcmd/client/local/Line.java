package io.qcmd.client.local;

import io.qcmd.protocol.Limits;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the bus behind a Unix socket. A thread of its own does all that touches the socket and the streams; others leave it tasks. Once over it stays
 * so: whoever wants to go on opens another. Thread-safe; nothing but that thread ever waits.
 */
public final class Line implements AutoCloseable {
    /** The most bytes of a request: what else stands in its frame has room beside them. */
    public static final int LARGEST = Limits.CLIENT_FRAME - 512;

    /** Between two tries to get into the queue of a bus that is full. */
    private static final long RETRY_MILLIS = 50;
    /** EAGAIN; the JDK tells it in words only. In another language it is an error like any other. */
    private static final String QUEUE_FULL = "Resource temporarily unavailable";

    private final Terms terms;
    private final Outbound out = new Outbound();
    private final Streams streams = new Streams(out);
    private final FrameCutter in = new FrameCutter();
    private final Heartbeat heartbeat;
    /** What others want done; its monitor guards {@code ended} as well. */
    private final Queue<Task> tasks = new ArrayDeque<>();

    private @Nullable Ending ended;
    private volatile boolean closed;
    private volatile @Nullable Selector selector;

    /**
     * What a line is opened with.
     *
     * @param socket the path of the bus's socket
     * @param setup the data of SETUP
     * @param interval between two questions whether the bus still lives
     * @param lifetime how long it may leave one unanswered
     * @param limit how long to try to connect
     */
    public record Terms(Path socket, byte[] setup, Duration interval, Duration lifetime, Duration limit) {}

    private interface Task {
        void run() throws Over;
    }

    /** A request, and the task that sends it. */
    private final class Asked implements Question, Task {
        private final Opening opening;
        private final Answers answers;
        /** 0: not sent yet. Only the thread of the line knows it. */
        private int id;

        private Asked(Opening opening, Answers answers) {
            this.opening = opening;
            this.answers = answers;
        }

        @Override
        public void run() throws Over {
            id = opening.open();
        }

        @Override
        public void request(int n) {
            submit(() -> streams.request(id, n));
        }

        @Override
        public void cancel() {
            submit(() -> streams.cancel(id));
        }
    }

    private interface Opening {
        int open() throws Over;
    }

    private Line(Terms terms) {
        this.terms = terms;
        this.heartbeat = new Heartbeat(terms.interval, terms.lifetime, System.nanoTime());
    }

    /** Connects in the background; what is asked meanwhile goes out as soon as that is done. */
    public static Line open(Terms terms) {
        Line line = new Line(terms);
        Thread thread = new Thread(line::live, "qcmd-local");
        thread.setDaemon(true);
        thread.start();
        return line;
    }

    /** Whether nothing can be asked here any more. */
    public boolean isOver() {
        synchronized (tasks) {
            return ended != null;
        }
    }

    /** A question with one answer. */
    public Question askOne(String route, byte[] data, Answers answers) {
        return ask(() -> streams.askOne(route, data, answers), answers);
    }

    /** A question with many answers, of which {@code n} may come at first. */
    public Question askMany(String route, byte[] data, int n, Answers answers) {
        return ask(() -> streams.askMany(route, data, n, answers), answers);
    }

    /** What is under way ends as {@link Ending.Lost}. Idempotent. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
    }

    private Question ask(Opening opening, Answers answers) {
        Asked asked = new Asked(opening, answers);
        Ending before = submit(asked);
        if (before != null) {
            answers.ended(before);
        }
        return asked;
    }

    /** Null; or how the line has ended already. */
    private @Nullable Ending submit(Task task) {
        synchronized (tasks) {
            if (ended != null) {
                return ended;
            }
            tasks.add(task);
        }
        wakeUp();
        return null;
    }

    private void wakeUp() {
        Selector waiting = selector;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    // From here on the thread of the line.

    private void live() {
        Ending ending = new Ending.Lost();
        try (Selector waiting = Selector.open()) {
            selector = waiting;
            try (SocketChannel channel = connect(waiting)) {
                serve(channel, waiting);
            }
        } catch (Over e) {
            ending = e.how();
        } catch (IOException e) {
            // However a connection broke: for those who wait it is lost.
            ending = new Ending.Lost();
        } finally {
            end(ending);
        }
    }

    /** A Unix socket connects at once or not at all, but for one case: the queue of the bus is full. Then nothing tells when it is worth a new try. */
    private SocketChannel connect(Selector waiting) throws IOException {
        long start = System.nanoTime();
        while (!closed) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            if (isConnected(channel)) {
                return channel;
            }
            channel.close();
            if (System.nanoTime() - start > terms.limit.toNanos()) {
                throw Over.notConnected("no answer within " + terms.limit.toMillis() + " ms");
            }
            waiting.select(RETRY_MILLIS);
        }
        throw Over.notConnected("closed");
    }

    /** False: it is worth another try. */
    private boolean isConnected(SocketChannel channel) throws Over {
        try {
            channel.configureBlocking(false);
            return channel.connect(UnixDomainSocketAddress.of(terms.socket));
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.equals(QUEUE_FULL)) {
                return false;
            }
            throw Over.notConnected(reason);
        }
    }

    private void serve(SocketChannel channel, Selector waiting) throws IOException {
        SelectionKey key = channel.register(waiting, SelectionKey.OP_READ);
        out.add(Frames.setup(terms.interval, terms.lifetime, terms.setup));
        while (!closed) {
            for (Task task : taken()) {
                task.run();
            }
            key.interestOps(SelectionKey.OP_READ | (write(channel) ? 0 : SelectionKey.OP_WRITE));
            waiting.select(heartbeat.pauseMillis(System.nanoTime()));
            waiting.selectedKeys().clear();
            if (!read(channel)) {
                return;
            }
            beat(System.nanoTime());
        }
    }

    /** Whether nothing is left to write. */
    private boolean write(SocketChannel channel) throws IOException {
        try {
            return out.flush(channel);
        } catch (IOException e) {
            // The bus has closed; it may have said why before.
            read(channel);
            throw e;
        }
    }

    private List<Task> taken() {
        synchronized (tasks) {
            List<Task> all = List.copyOf(tasks);
            tasks.clear();
            return all;
        }
    }

    /** What is there; false: the bus has closed. */
    private boolean read(SocketChannel channel) throws IOException {
        boolean open = in.fill(channel);
        for (var frame = in.next(); frame != null; frame = in.next()) {
            heartbeat.heard();
            streams.received(frame);
        }
        return open;
    }

    private void beat(long now) throws Over {
        if (heartbeat.isOver(now)) {
            throw Over.brokenRule("the bus is silent");
        }
        if (heartbeat.isDue(now)) {
            out.add(Frames.keepAlive(true));
        }
    }

    /** From here on nothing is taken any more; what was taken and not sent yet ends like the rest. */
    private void end(Ending how) {
        List<Task> never;
        synchronized (tasks) {
            ended = how;
            never = taken();
        }
        streams.end(how);
        for (Task task : never) {
            if (task instanceof Asked asked) {
                asked.answers.ended(how);
            }
        }
    }
}
