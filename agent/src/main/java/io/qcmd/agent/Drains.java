package io.qcmd.agent;

import io.qcmd.agent.OutputPipes.OutputPipe;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What carries the output of one run from its two pipes into its spool, whatever happens, so that a command never blocks on its own words. */
final class Drains {
    private static final Logger log = LoggerFactory.getLogger(Drains.class);

    private static final int READ = 32 * 1024;
    /** A disk that does not answer is awaited. */
    private static final Duration FOREVER = Duration.ofDays(365);

    private final JobId job;
    private final Launch launch;
    private final OutputSpool kept;
    private final Consumer<Output.Stream> more;
    private final CountDownLatch open = new CountDownLatch(2);

    /** @param more is told when there is more of a stream in the spool; never throws */
    Drains(JobId job, Launch launch, OutputSpool kept, Consumer<Output.Stream> more) {
        this.job = job;
        this.launch = launch;
        this.kept = kept;
        this.more = more;
    }

    /** Carries one stream, up to its end or {@link #close}. Blocks; once for each. */
    void drain(Output.Stream stream) {
        OutputPipe pipe = stream == Output.Stream.STDOUT ? launch.stdout() : launch.stderr();
        ByteBuffer buffer = ByteBuffer.allocate(READ);
        try {
            while (pipe.read(buffer.clear()) >= 0) {
                if (kept.append(stream, buffer.flip())) {
                    more.accept(stream);
                }
            }
        } catch (IOException e) {
            log.warn("job {}: {} cannot be read: {}", job, stream, e.toString());
        } finally {
            open.countDown();
        }
    }

    /**
     * Whoever outlives the main process may end its sentence: while it goes on writing, at most {@code longest}. A silence of a tenth of that is the end, so that a
     * holder of the pipes does not hold the result.
     */
    void awaitEnd(Duration longest) {
        Duration silence = longest.dividedBy(10);
        long until = System.nanoTime() + longest.toNanos();
        long seen = -1;
        while (!await(silence)
                && System.nanoTime() - until < 0
                && (kept.total() > seen
                        || launch.stdout().hasMore()
                        || launch.stderr().hasMore())) {
            seen = kept.total();
        }
    }

    /** What comes later is not kept. Blocks until what came is. */
    void close() {
        launch.stdout().close();
        launch.stderr().close();
        await(FOREVER);
        kept.finish();
    }

    private boolean await(Duration atMost) {
        try {
            return open.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
