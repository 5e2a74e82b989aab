package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.Job;
import io.qcmd.client.JobEvent;
import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges a house by what anybody can see, and by nothing that the house says of itself: each command writes a line into a file when it starts, prints what follows from
 * its job and its minion, and ends with an exit code that follows from its job. Whatever went wrong meanwhile, every accepted job must in the end agree with these files.
 * Thread-safe.
 */
final class Oracle {
    private static final int SUCCESS = 0;
    private static final int ODD = 3;
    private static final int OTHER = 4;
    /** Of the numbers of {@code date +%s%N}. */
    private static final String NANOS = "\\d{19}";

    private final House house;
    private final Path ledger;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /** @param more bytes of output that it writes beside its checksum */
    private record Asked(StartedJob job, int more) {}

    Oracle(House house) {
        this.house = house;
        this.ledger = house.file("ledger");
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
        return house.run(target).shell(line("sleep " + length.toMillis() / 1e3, more));
    }

    /** A command that can be judged if something ends it; it does this after its output. */
    RunSpec doing(String target, String what) {
        return house.run(target).shell(line(what, 0));
    }

    private String line(String what, int more) {
        return String.join(
                "; ",
                "printf '%s %s\\n' \"$QCMD_JOB\" \"$(date +%s%N)\" >> " + ledger + "/$QCMD_MINION",
                "printf '%s%s' \"$QCMD_JOB\" \"$QCMD_MINION\" | sha256sum | cut -c1-64",
                "yes \"$QCMD_JOB\" | head -c " + more,
                what,
                "case $QCMD_JOB in *[0-9]) exit " + SUCCESS + ";; *[A-M]) exit " + ODD + ";; *) exit " + OTHER
                        + ";; esac");
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
        return exit(job.id()) == SUCCESS ? TargetState.SUCCEEDED : TargetState.FAILED;
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
        asked.values().forEach(this::judge);
        assertThat(minions().stream().flatMap(minion -> lines(minion).stream()))
                .as("lines of jobs that nobody accepted")
                .allMatch(line -> asked.containsKey(line.substring(0, line.indexOf(' '))));
        minions().forEach(this::awaitRest);
    }

    private void judge(Asked of) {
        StartedJob job = of.job();
        JobInfo info = House.answer(job.await());
        assertThat(info.counts().live()).isZero();
        assertThat(info.counts().total()).isEqualTo(job.accepted().matched());
        List<TargetResult> ends = House.answer(job.events()
                .ofType(JobEvent.Ended.class)
                .filter(end -> !end.late())
                .map(JobEvent.Ended::result)
                .collectList());
        assertThat(ends)
                .extracting(TargetResult::minion)
                .doesNotHaveDuplicates()
                .hasSize(job.accepted().matched());
        List<TargetResult> rows = House.answer(job.results().collectList());
        assertThat(rows)
                .extracting(TargetResult::minion)
                .doesNotHaveDuplicates()
                .hasSize(job.accepted().matched());
        rows.forEach(end -> judge(of, end));
        Processes.awaitNoneOf(job.id());
    }

    private void judge(Asked of, TargetResult end) {
        long starts = starts(of.job(), end.minion());
        String what = of.job().id() + " on " + end + " started " + starts + " times";
        assertThat(starts).as(what).isLessThanOrEqualTo(end.executed() == Executed.NO ? 0 : 1);
        if (end.state() == TargetState.SUCCEEDED || end.state() == TargetState.FAILED) {
            assertThat(starts).as(what).isEqualTo(1);
            assertThat(end.state()).as(what).isEqualTo(ownEnd(of.job()));
            if (end instanceof TargetResult.Failed failed) {
                assertThat(failed.exitCode()).as(what).isEqualTo(exit(of.job().id()));
            }
            assertThat(output(of.job(), end.minion())).as(what).isEqualTo(expected(of, end.minion()));
        }
    }

    private static String output(Job job, String minion) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        House.answer(job.output(minion).collectList())
                .forEach(chunk -> all.writeBytes(chunk.bytes().toArray()));
        return all.toString(StandardCharsets.UTF_8);
    }

    private static String expected(Asked of, String minion) {
        String job = of.job().id();
        String more = (job + "\n").repeat(of.more() / (job.length() + 1) + 1).substring(0, of.more());
        return sha256(job + minion) + "\n" + more;
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static int exit(String job) {
        char last = job.charAt(job.length() - 1);
        return Character.isDigit(last) ? SUCCESS : last <= 'M' ? ODD : OTHER;
    }

    private List<String> lines(String minion) {
        try {
            List<String> lines = Files.readAllLines(ledger.resolve(minion));
            assertThat(lines).allMatch(line -> line.matches("\\w{26} " + NANOS));
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

    /** Nothing of any job is kept by its agent: it was told that all is settled. */
    private void awaitRest(String minion) {
        Path agent = house.agentData(minion);
        await().atMost(House.LIMIT).untilAsserted(() -> {
            assertThat(kept(agent.resolve("jobs"))).isEmpty();
            for (Path cells : Processes.cgroupsOf(agent)) {
                assertThat(kept(cells)).isEmpty();
            }
        });
    }

    /** What is named after a job. */
    private List<String> kept(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> asked.keySet().stream().anyMatch(name::contains))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }
}
