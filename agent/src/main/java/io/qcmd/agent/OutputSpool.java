package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one command: of both streams head and tail, byte-exact, in the job's directory; see {@link SpoolFile}. Bounded by the limits whatever the command
 * writes. Each stream has one thread that appends; any thread reads.
 *
 * <p>Output of up to {@link #INLINE} bytes is not fsynced: the journal takes it into the result.
 */
final class OutputSpool implements Commands.Spool, Closeable {
    /** Kept bytes of both streams together that travel, and are journaled, within the result. */
    static final int INLINE = Limits.RESULT_HEAD;

    private static final Logger log = LoggerFactory.getLogger(OutputSpool.class);

    private final JobDirectory directory;
    private final SpoolFile stdout;
    private final SpoolFile stderr;

    private OutputSpool(JobDirectory directory, SpoolFile stdout, SpoolFile stderr) {
        this.directory = directory;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** For a command that starts now. */
    static OutputSpool create(JobDirectory directory, RunnerSettings settings) {
        return new OutputSpool(
                directory,
                new SpoolFile(file(directory, Output.Stream.STDOUT), settings.stdoutBytes()),
                new SpoolFile(file(directory, Output.Stream.STDERR), settings.stderrBytes()));
    }

    /**
     * Of a command that has ended, maybe under a former agent. Empty: its directory is gone, or its output was not finished. An error: it cannot be read now, and
     * nothing is known of it.
     */
    static Optional<OutputSpool> reopen(JobDirectory directory) throws IOException {
        if (Files.notExists(directory.path())) {
            return Optional.empty();
        }
        Optional<SpoolFile> stderr = SpoolFile.reopen(file(directory, Output.Stream.STDERR));
        return SpoolFile.reopen(file(directory, Output.Stream.STDOUT))
                .flatMap(out -> stderr.map(err -> new OutputSpool(directory, out, err)));
    }

    /** Takes the next bytes. Returns whether {@link #next} has more now. */
    boolean append(Output.Stream stream, ByteBuffer bytes) {
        return of(stream).append(bytes);
    }

    /** The end, once nobody appends any more: larger output is durable afterwards. Blocks for the disk. */
    void finish() {
        boolean large = stdout.end() + stderr.end() > INLINE;
        stdout.finish(large);
        stderr.finish(large);
        try {
            if (large) {
                directory.force();
            }
        } catch (IOException e) {
            log.warn("the directory of spooled output cannot be synced: {}", e.toString());
        }
    }

    /**
     * The next kept piece at or after this true offset, of at most {@code maxBytes} and 64 KiB. While the command runs, of the head alone; after its end first the
     * head, then a jump to the tail. Empty: no more now. Reads the disk.
     */
    @Override
    public Optional<Output> next(JobId job, Output.Stream stream, long offset, int maxBytes) throws IOException {
        return of(stream)
                .next(offset, Math.min(maxBytes, Limits.CHUNK))
                .map(piece -> new Output(job, stream, piece.offset(), piece.bytes()));
    }

    /** What is kept of the stream; before the end: nothing. */
    @Override
    public Return.Captured captured(Output.Stream stream) {
        return of(stream).captured();
    }

    /** Bytes of both streams so far. */
    long total() {
        return stdout.total() + stderr.total();
    }

    /** The reader is done. Between two pieces no file is open, so that hundreds of unsettled results cost no descriptors: there is nothing to release. */
    @Override
    public void close() {}

    private SpoolFile of(Output.Stream stream) {
        return stream == Output.Stream.STDOUT ? stdout : stderr;
    }

    private static Path file(JobDirectory directory, Output.Stream stream) {
        return directory.path().resolve(stream == Output.Stream.STDOUT ? "stdout" : "stderr");
    }
}
