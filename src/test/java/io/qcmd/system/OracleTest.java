package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An oracle that cannot object would prove nothing: it is shown one wrong world for each of its rules. */
class OracleTest {
    private static final JobId ID = new JobId(0x01a2_0250_d5dc_0000L, 7);
    /** Ends with a digit: its command exits with 0. */
    private static final String JOB = ID.toString();

    private static final int MORE = 100;

    /** A world of one job on two minions, part by part. */
    private static final class World {
        private int live;
        private int total = 2;
        private long millisTooLate = -5_000;
        private List<TargetResult> rows = new ArrayList<>(List.of(succeeded("a"), expired("b")));
        private List<JobEvent.Ended> ends = new ArrayList<>(List.of(told(succeeded("a")), told(expired("b"))));
        private Map<String, Long> starts = Map.of("a", 1L);
        private Map<String, String> outputs = Map.of("a", Errand.output(JOB, "a", MORE));

        List<String> objections() {
            return new Testimony(JOB, 2, MORE, live, total, millisTooLate, rows, ends, starts, outputs).objections();
        }

        /** Minion a ended otherwise. */
        World a(TargetResult end) {
            rows.set(0, end);
            ends.set(0, told(end));
            return this;
        }
    }

    /** What is wrong with a world. */
    private interface Wrong {
        void in(World world);
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong("1 targets have no fate", world -> world.live = 1),
                wrong("the counts say 3 targets, accepted were 2", world -> world.total = 3),
                wrong("its last fate came 1 ms too late", world -> world.millisTooLate = 1),
                wrong("a has 2 times a row", world -> world.rows.add(succeeded("a"))),
                wrong("1 targets have a row, accepted were 2", world -> world.rows.remove(1)),
                wrong("a has 2 times a event of an end", world -> world.ends.add(told(succeeded("a")))),
                wrong("1 targets have a event of an end, accepted were 2", world -> world.ends.remove(1)),
                wrong(
                        "b was revised 1 times, LOST before: false",
                        world -> world.ends.add(new JobEvent.Ended(succeeded("b"), true))),
                wrong("a was revised 2 times, LOST before: true", world -> {
                    world.a(lost("a"));
                    world.ends.add(new JobEvent.Ended(succeeded("a"), true));
                    world.ends.add(new JobEvent.Ended(succeeded("a"), true));
                }),
                wrong("SUCCEEDED on a, but it started 2 times", world -> world.starts = Map.of("a", 2L)),
                wrong("SUCCEEDED on a, but it never started", world -> world.starts = Map.of()),
                wrong("EXPIRED on b, but it started 1 times", world -> world.starts = Map.of("a", 1L, "b", 1L)),
                wrong("LOST on a, but it started 2 times", world -> {
                    world.a(lost("a"));
                    world.starts = Map.of("a", 2L);
                }),
                wrong("REJECTED on a, but it started 1 times", world -> world.a(new TargetResult.Rejected("a", ""))),
                wrong("DROPPED on a, but it started 1 times", world -> world.a(new TargetResult.Dropped("a", ""))),
                wrong("CANCELLED on a, but it started 1 times", world -> world.a(new TargetResult.Cancelled("a", ""))),
                wrong("SKIPPED on a, but it started 1 times", world -> world.a(new TargetResult.Skipped("a", ""))),
                wrong(
                        "FAILED on a with exit code 3, its own is 0",
                        world -> world.a(new TargetResult.Failed("a", 3, Duration.ZERO, TargetOutput.NONE))),
                wrong(
                        "SUCCEEDED on a with an output of 1 characters that is not its own",
                        world -> world.outputs = Map.of("a", "x")),
                wrong("SUCCEEDED on a with an output of 1 characters that is not its own", world -> {
                    world.a(lost("a"));
                    world.ends.add(new JobEvent.Ended(succeeded("a"), true));
                    world.outputs = Map.of("a", "x");
                }),
                wrong("it ran on c, which is no target", world -> world.starts = Map.of("a", 1L, "c", 1L)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void aWrongWorld_isObjectedTo(String objection, Wrong wrong) {
        World world = new World();
        assertThat(world.objections()).isEmpty();
        wrong.in(world);

        assertThat(world.objections()).contains("job " + JOB + ": " + objection);
    }

    @Test
    void whatIsLeftOfACommand_isObjectedTo(@TempDir Path agent) throws IOException {
        Files.writeString(agent.resolve("instance"), UUID.randomUUID() + "\n");
        Files.createDirectories(agent.resolve("jobs"));
        Files.write(agent.resolve("journal"), records(2, 5));
        assertThat(Remains.of(agent).objections()).isEmpty();

        Files.createDirectory(agent.resolve("jobs").resolve(JOB));
        Files.write(agent.resolve("journal"), records(1, 2, 3, 4));
        assertThat(Remains.of(agent).objections())
                .containsExactly("a job directory is left: " + JOB, "the journal keeps job " + JOB);
        assertThat(new Remains(List.of(), List.of("job-" + JOB), Set.of()).objections())
                .containsExactly("a cgroup is left: job-" + JOB);
    }

    @Test
    void aProcessThatIsLeft_isObjectedTo() throws IOException {
        ProcessBuilder sleep = new ProcessBuilder("sleep", "60");
        sleep.environment().put("QCMD_JOB", JOB);
        assertThat(Oracle.processesOf(Set.of(JOB))).isEmpty();

        Process left = sleep.start();
        try {
            assertThat(Oracle.processesOf(Set.of(JOB)))
                    .singleElement()
                    .asString()
                    .startsWith("a process is left: " + left.pid());
        } finally {
            left.destroyForcibly();
        }
    }

    @Test
    void aCommandThatRanThoughNobodyWasToldOfIt_isObjectedTo(@TempDir Path directory) throws IOException {
        House house = new House(directory);
        Oracle oracle = new Oracle(house);
        Path agent = Files.createDirectories(house.agentData("a"));
        Files.writeString(agent.resolve("instance"), UUID.randomUUID() + "\n");
        Files.write(agent.resolve("journal"), records(1));
        assertThat(oracle.objections(List.of())).isEmpty();

        Files.writeString(house.file("ledger").resolve("a"), JOB + " 1234567890123456789\n");
        assertThat(oracle.objections(List.of()))
                .containsExactly("job " + JOB + " ran, and nobody was told that it was accepted");
    }

    @Test
    void aServerThatGrows_isObjectedTo() {
        Weight rest = new Weight(100, 30, 100_000);

        assertThat(new Weight(110, 40, 200_000).objections(rest)).isEmpty();
        assertThat(new Weight(200, 30, 100_000).objections(rest)).containsExactly("200 open files, once 100");
        assertThat(new Weight(100, 60, 100_000).objections(rest)).containsExactly("60 threads, once 30");
        assertThat(new Weight(100, 30, 500_000).objections(rest)).containsExactly("500000 KiB of memory, once 100000");
    }

    @Test
    void whatFallsDueWhileTheBusIsAway_isDueWhenItIsBack() {
        Outages outages = new Outages();
        outages.add(1_000, 2_000);
        outages.add(1_500, 3_000);

        assertThat(outages.due(999)).isEqualTo(999);
        assertThat(outages.due(1_000)).isEqualTo(2_000);
        assertThat(outages.due(1_500)).isEqualTo(3_000);
        assertThat(outages.due(3_000)).isEqualTo(3_000);
    }

    private static Arguments wrong(String objection, Wrong wrong) {
        return Arguments.of(objection, wrong);
    }

    private static TargetResult succeeded(String minion) {
        return new TargetResult.Succeeded(minion, Duration.ZERO, TargetOutput.NONE);
    }

    private static TargetResult expired(String minion) {
        return new TargetResult.Expired(minion, "");
    }

    private static TargetResult lost(String minion) {
        return new TargetResult.Lost(minion, TargetOutput.NONE, "");
    }

    private static JobEvent.Ended told(TargetResult result) {
        return new JobEvent.Ended(result, false);
    }

    /** Records of a journal of these types, each of the same job, and a half one. */
    private static byte[] records(int... types) {
        ByteBuffer journal = ByteBuffer.allocate(1_000);
        for (int type : types) {
            journal.putInt(16).putInt(0).put((byte) type).putLong(ID.high()).putLong(ID.low());
        }
        journal.putInt(16).putInt(0).put((byte) 2).putInt(1);
        return Arrays.copyOf(journal.array(), journal.position());
    }
}
