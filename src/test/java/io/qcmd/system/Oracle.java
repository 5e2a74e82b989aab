package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.Job;
import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Judges a house by what anybody can see, and by nothing that the house says of itself: each command ({@link Errand}) leaves a line in a file when it starts, and what
 * it prints and ends with is known beforehand. Whatever went wrong meanwhile, every accepted job must in the end agree with these files, and nothing of it be left: no
 * process, cgroup, job directory, or entry of a journal. The chain of the audit is not looked at: there is none yet. Thread-safe.
 */
final class Oracle {
    /** A job and the nanoseconds of {@code date +%s%N}, which a kill may keep from telling them. */
    private static final String LINE = "\\w{26} (\\d{19})?";
    /** A fate that a bus wrote down so much after its time is late; the machine may be busy. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final House house;
    private final Path ledger;
    private final LongUnaryOperator due;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /** @param more bytes of output that it writes beside its checksum */
    private record Asked(StartedJob job, int more) {}

    Oracle(House house) {
        this(house, completesBy -> completesBy);
    }

    /** @param due when a fate can be on disk that was promised for a time, both in milliseconds since 1970: not while the bus is away */
    Oracle(House house, LongUnaryOperator due) {
        this.house = house;
        this.ledger = house.file("ledger");
        this.due = due;
        try {
            Files.createDirectories(ledger);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command that can be judged; it goes on for so long. To be started by {@link #start}. */
    RunSpec run(String target, Duration length) {
        return run(target, length, 0);
    }

    RunSpec run(String target, Duration length, int more) {
        return house.run(target).shell(Errand.line(ledger, "sleep " + length.toMillis() / 1e3, more));
    }

    /** A command that can be judged if something ends it; it does this after its output. */
    RunSpec doing(String target, String what) {
        return house.run(target).shell(Errand.line(ledger, what, 0));
    }

    /** Submits, and takes note of the answer. */
    StartedJob start(RunSpec run) {
        return start(run, 0);
    }

    StartedJob start(RunSpec run, int more) {
        return note(House.answer(run.start()), more);
    }

    StartedJob note(StartedJob job, int more) {
        asked.put(job.id(), new Asked(job, more));
        return job;
    }

    /** The end of a job with one target. */
    static TargetResult end(Job job) {
        return House.answer(job.results().single());
    }

    /** What a job is to be called whose command came to its own end. */
    static TargetState ownEnd(Job job) {
        return Errand.exit(job.id()) == Errand.SUCCESS ? TargetState.SUCCEEDED : TargetState.FAILED;
    }

    /** How often the command of a job started on a minion. */
    long starts(Job job, String minion) {
        return lines(minion).stream().filter(line -> line.startsWith(job.id())).count();
    }

    /** Waits until the command of a job has started on a minion. */
    void awaitStart(Job job, String minion) {
        await().atMost(House.LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> starts(job, minion) > 0);
    }

    /** Every job that was accepted has ended, and agrees with what happened; nothing else ran, and nothing of it is left. */
    void judge() {
        assertThat(asked).isNotEmpty();
        assertThat(objections(testimonies())).isEmpty();
    }

    /** The end of a test: judges, and closes the house whatever comes of it. */
    void judgeAndClose() {
        try {
            judge();
        } finally {
            house.close();
        }
    }

    /** Waits until every accepted job has ended and every agent rests, and looks at the jobs. A job that does not end is an error. */
    List<Testimony> testimonies() {
        asked.values().forEach(of -> House.answer(of.job().await()));
        // What an agent still keeps may revise a LOST.
        minions().forEach(this::left);
        // Read at last, for all: what started late is seen as well.
        Map<String, Map<String, Long>> starts = starts();
        return asked.values().stream()
                .map(of -> testimony(of, starts.getOrDefault(of.job().id(), Map.of())))
                .toList();
    }

    /** What is wrong with them, and with what they left. Waits for what may still be on its way out. */
    List<String> objections(List<Testimony> testimonies) {
        List<String> wrong = new ArrayList<>();
        testimonies.forEach(job -> wrong.addAll(job.objections()));
        starts().keySet().stream()
                .filter(job -> !asked.containsKey(job))
                .forEach(job -> wrong.add("job " + job + " ran, and nobody was told that it was accepted"));
        wrong.addAll(lasting(() -> processesOf(asked.keySet())));
        minions().forEach(minion -> wrong.addAll(left(minion)));
        return wrong;
    }

    private Testimony testimony(Asked of, Map<String, Long> starts) {
        StartedJob job = of.job();
        JobInfo info = House.answer(job.info());
        List<JobEvent> events = House.answer(job.events().collectList());
        return new Testimony(
                job.id(),
                job.accepted().matched(),
                of.more(),
                info.counts().live(),
                info.counts().total(),
                info.endedAt() - due.applyAsLong(job.accepted().completesBy()) - LATE.toMillis(),
                House.answer(job.results().collectList()),
                of(events, JobEvent.Ended.class),
                starts,
                outputs(of(events, JobEvent.Printed.class)));
    }

    private static <E> List<E> of(List<JobEvent> events, Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Map<String, String> outputs(List<JobEvent.Printed> pieces) {
        Map<String, ByteArrayOutputStream> all = new HashMap<>();
        for (JobEvent.Printed piece : pieces) {
            OutputChunk chunk = piece.chunk();
            all.computeIfAbsent(chunk.minion(), minion -> new ByteArrayOutputStream())
                    .writeBytes(chunk.bytes().toArray());
        }
        return all.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, output -> output.getValue().toString(StandardCharsets.UTF_8)));
    }

    /** Processes of the commands of these jobs. */
    static List<String> processesOf(Set<String> jobs) {
        return Processes.mentioning("QCMD_JOB=").stream()
                .filter(line -> jobs.stream().anyMatch(job -> line.contains("QCMD_JOB=" + job)))
                .map(line -> "a process is left: " + line)
                .toList();
    }

    private List<String> left(String minion) {
        return lasting(() -> Remains.of(house.agentData(minion)).objections()).stream()
                .map(what -> minion + ": " + what)
                .toList();
    }

    /** What can still be objected to after a while. */
    private static List<String> lasting(Supplier<List<String>> objections) {
        AtomicReference<List<String>> last = new AtomicReference<>(List.of());
        try {
            await().atMost(House.LIMIT).until(() -> {
                last.set(objections.get());
                return last.get().isEmpty();
            });
        } catch (ConditionTimeoutException stillThere) {
            return last.get();
        }
        return List.of();
    }

    /** How often each job started on each minion. */
    private Map<String, Map<String, Long>> starts() {
        Map<String, Map<String, Long>> starts = new TreeMap<>();
        for (String minion : minions()) {
            lines(minion)
                    .forEach(
                            line -> starts.computeIfAbsent(line.substring(0, line.indexOf(' ')), job -> new TreeMap<>())
                                    .merge(minion, 1L, Long::sum));
        }
        return starts;
    }

    private List<String> lines(String minion) {
        try {
            List<String> lines = Files.readAllLines(ledger.resolve(minion));
            assertThat(lines).allMatch(line -> line.matches(LINE));
            return lines;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> minions() {
        try (Stream<Path> files = Files.list(ledger)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
