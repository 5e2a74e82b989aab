package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** The agent fails while it starts or follows a command: what was executed is never said not to have been. */
class RunnerFailureTest extends RunnerFixture {
    @Test
    @Tag("F39")
    void kills_andDoesNotKnow_whatItCannotFollow() {
        runner.close();
        Path marker = directory.resolve("ran");
        Command command = Command.shell("echo x > " + marker + "; sleep 60 & wait");
        runner = newRunner(Duration.ofMillis(300), PATH, failing(() -> awaitFile(marker)));

        Return result = result(command);

        assertThat(result.state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(result.reason()).contains("cannot be followed: " + Crew.REFUSED);
        assertThat(processes()).isEmpty();
    }

    private static void awaitFile(Path file) {
        await().until(() -> file.toFile().exists());
    }

    /** Timers for which the kernel has no thread. */
    private static Scheduler failing(Runnable before) {
        return new Scheduler() {
            @Override
            public Disposable schedule(Runnable task) {
                throw new AssertionError("not asked for");
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                before.run();
                throw new OutOfMemoryError("unable to create native thread");
            }

            @Override
            public Worker createWorker() {
                throw new AssertionError("not asked for");
            }
        };
    }
}
