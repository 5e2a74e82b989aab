package io.qcmd.agent;

import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named pipes that carry the output of commands; they are used again.
 *
 * <p>Why not the streams of {@link Process}: at the end of the main process the JDK reads all that is in the pipe into one array, without a limit while somebody
 * goes on writing, and a thread that reads from a pipe which somebody holds open can never be called back. A {@link FileChannel} can.
 *
 * <p>Thread-safe. Bounded: a command has two, and at most a batch lies idle.
 */
final class OutputPipes {
    private static final Logger log = LoggerFactory.getLogger(OutputPipes.class);

    private static final long MKFIFO_SECONDS = 10;

    private final Path directory;
    private final int batch;
    private final Deque<Path> idle = new ArrayDeque<>();
    private long made;

    /** Pipes in the given directory, which is emptied: what a former agent left there is nobody's. */
    OutputPipes(Path directory, int batch) throws IOException {
        this.directory = directory;
        this.batch = batch;
        Files.createDirectories(directory, Modes.OWNER_ONLY_DIRECTORY);
        try (var old = Files.newDirectoryStream(directory)) {
            for (Path pipe : old) {
                Files.delete(pipe);
            }
        }
    }

    /**
     * An empty pipe that nobody else has.
     *
     * @param shared whether other users may open {@code /dev/stdout}, too: to write, never to read. Such a pipe is not used again, as they may keep a handle of it
     */
    OutputPipe open(boolean shared) throws IOException {
        Path pipe = take();
        try {
            if (shared) {
                Files.setPosixFilePermissions(pipe, PosixFilePermissions.fromString("rw--w--w-"));
            }
            return new OutputPipe(pipe, shared);
        } catch (IOException e) {
            pipe.toFile().delete();
            throw e;
        }
    }

    private synchronized Path take() throws IOException {
        if (idle.isEmpty()) {
            make();
        }
        return idle.remove();
    }

    private synchronized void giveBack(Path pipe) {
        idle.add(pipe);
    }

    // Java has no mkfifo(2): one process makes a batch.
    private void make() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            names.add("pipe-" + made++);
        }
        List<String> words = new ArrayList<>(List.of("mkfifo", "-m", "600"));
        words.addAll(names);
        Process mkfifo = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!endedWell(mkfifo)) {
            throw new IOException(
                    "mkfifo made no pipes in " + directory + "; is it on a file system with named pipes?");
        }
        names.forEach(name -> idle.add(directory.resolve(name)));
    }

    private static boolean endedWell(Process process) {
        try {
            return process.waitFor(MKFIFO_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One stream of one command: the command writes into {@link #sink()}, the agent reads. */
    final class OutputPipe implements Closeable {
        private final Path path;
        private final boolean shared;
        private final FileChannel held;
        private final FileInputStream stream;
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile boolean ended;

        private OutputPipe(Path path, boolean shared) throws IOException {
            this.path = path;
            this.shared = shared;
            // Until the command has its end, this one stands in for it: opening a pipe blocks without the other side,
            // and reading would find the end.
            this.held = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                this.stream = new FileInputStream(path.toFile());
            } catch (IOException e) {
                closeQuietly(held);
                throw e;
            }
        }

        File sink() {
            return path.toFile();
        }

        /** The command has its end now. */
        void handedOver() {
            closeQuietly(held);
        }

        /** Like {@link FileChannel#read(ByteBuffer)}; -1 also once it was closed. One reader. */
        int read(ByteBuffer buffer) throws IOException {
            try {
                int size = stream.getChannel().read(buffer);
                ended |= size < 0;
                return size;
            } catch (ClosedChannelException e) {
                return -1;
            }
        }

        /** Whether something waits to be read. */
        boolean hasMore() {
            try {
                return stream.available() > 0;
            } catch (IOException e) {
                return false;
            }
        }

        /** Wakes the reader. Who still writes gets SIGPIPE. Idempotent. */
        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            closeQuietly(held);
            closeQuietly(stream.getChannel());
            // Only at its end is a pipe empty, and without a writer who could mix in with the next command.
            if (ended && !shared) {
                giveBack(path);
            } else {
                path.toFile().delete();
            }
        }

        private static void closeQuietly(FileChannel channel) {
            try {
                channel.close();
            } catch (IOException e) {
                log.warn("a pipe cannot be closed: {}", e.toString());
            }
        }
    }
}
