package io.qcmd.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A runner with small limits, real processes, and a check that none of them is left. */
abstract class RunnerFixture {
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final AtomicLong NEXT =
            new AtomicLong(ThreadLocalRandom.current().nextLong());

    @TempDir
    Path directory;

    Path jobs;
    Runner runner;
    String minion;
    private Containment containment;
    private Scheduler timers;

    @BeforeEach
    void start() throws IOException {
        jobs = directory.resolve("jobs");
        timers = Schedulers.newSingle("timers");
        minion = "test-" + Long.toHexString(NEXT.getAndIncrement());
        containment = containment();
        runner = newRunner(Duration.ofMillis(300));
    }

    /** What holds the commands of these tests: the least that there is. */
    Containment containment() throws IOException {
        return new ProcessGroups("for a test");
    }

    @AfterEach
    void stop() {
        runner.close();
        timers.dispose();
        await().untilAsserted(() -> assertThat(processes()).isEmpty());
        containment.close();
    }

    Runner newRunner(Duration grace) {
        return newRunner(grace, PATH);
    }

    Runner newRunner(Duration grace, String path) {
        return newRunner(grace, path, timers);
    }

    Runner newRunner(Duration grace, String path, Scheduler itsTimers) {
        Map<String, String> environment =
                new HashMap<>(RunnerSettings.defaults(new MinionId(minion)).environment());
        environment.put("PATH", path);
        return new Runner(
                new RunnerSettings(4, grace, Duration.ofSeconds(1), 64 * 1024, 16 * 1024, 4 * 1024 * 1024, environment),
                jobs,
                containment,
                itsTimers);
    }

    /** Whatever lives of the commands of this test. */
    List<ProcessEntry> processes() {
        try {
            List<ProcessEntry> found = new ArrayList<>();
            for (ProcessEntry entry : ProcessEntry.all()) {
                if (!entry.zombie() && entry.hasInEnvironment(Set.of("QCMD_MINION=" + minion))) {
                    found.add(entry);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JobId newJob() {
        return JobId.of(1_700_000_000_000L, 0, NEXT.getAndIncrement());
    }

    /** Starts it and follows it. */
    Run run(Command command) {
        return run(new Message(newJob(), command));
    }

    Run run(Message message) {
        Run run = new Run(message.job());
        run.execution = runner.run(message, run);
        return run;
    }

    Return result(Command command) {
        return run(command).result();
    }

    static Command shell(String line, long timeoutMillis) {
        return Command.shell(line).withTimeoutMillis(timeoutMillis);
    }

    /** What the runner told of one command. */
    final class Run implements Commands.Events {
        final JobId job;
        private @Nullable Execution execution;
        private volatile long pid;
        private volatile long startTicks;
        private final List<Return> ends = new CopyOnWriteArrayList<>();
        private final Map<Output.Stream, Integer> outputs = new ConcurrentHashMap<>();

        Run(JobId job) {
            this.job = job;
        }

        void cancel() {
            requireNonNull(execution).cancel(null);
        }

        void cancel(Duration killAfter) {
            requireNonNull(execution).cancel(killAfter);
        }

        @Override
        public void spawned(JobId spawned, long itsPid, long itsStartTicks) {
            startTicks = itsStartTicks;
            pid = itsPid;
        }

        @Override
        public void output(JobId whose, Output.Stream stream) {
            outputs.merge(stream, 1, Integer::sum);
        }

        @Override
        public void ended(Return result) {
            ends.add(result);
        }

        Return result() {
            await().until(() -> !ends.isEmpty());
            return ends.get(0);
        }

        List<Return> ends() {
            return ends;
        }

        long pid() {
            await().until(() -> pid != 0);
            return pid;
        }

        long startTicks() {
            return startTicks;
        }

        int outputs(Output.Stream stream) {
            return outputs.getOrDefault(stream, 0);
        }

        byte[] stdout() {
            return kept(Output.Stream.STDOUT);
        }

        byte[] stderr() {
            return kept(Output.Stream.STDERR);
        }

        String text() {
            return new String(stdout(), StandardCharsets.UTF_8);
        }

        /** Waits for this text on stdout. */
        void says(String text) {
            await().until(() -> runner.spool(job).isPresent() && text().contains(text));
        }

        private byte[] kept(Output.Stream stream) {
            try {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                OutputSpool spool = runner.spool(job).orElseThrow();
                long at = 0;
                for (Optional<Output> next = spool.next(job, stream, at, 5_000);
                        next.isPresent();
                        next = spool.next(job, stream, at, 5_000)) {
                    all.writeBytes(next.get().bytes().toArray());
                    at = next.get().end();
                }
                return all.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Map<String, String> environmentOf(String text) {
        Map<String, String> environment = new HashMap<>();
        text.lines().forEach(line -> environment.put(line.split("=", 2)[0], line.split("=", 2)[1]));
        return environment;
    }
}
