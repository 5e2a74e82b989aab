package io.qcmd.system;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.protocol.TargetState;
import io.qcmd.transport.HostileClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bus that comes to the end of its open files, of its memory; an agent that comes to the end of its open files, of its memory. */
@Timeout(180)
class ShortageIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration LONG_LIFE = Duration.ofMinutes(4);
    private static final int FILES = 400;
    /** Of a JVM that ends for want of memory. */
    private static final int OUT_OF_MEMORY = 3;

    private static final int KIB = 1_024;

    @TempDir
    Path directory;

    private House house;
    private Oracle oracle;

    @BeforeEach
    void open() {
        house = new House(directory);
        oracle = new Oracle(house);
    }

    @AfterEach
    void close() {
        oracle.judgeAndClose();
    }

    @Test
    @Tag("F39")
    void aBusWithoutMoreFiles_refusesNewAgents_servesThoseItHas_andTakesMoreWhenTheCrowdHasGone() throws IOException {
        Program bus = house.startBus(List.of("prlimit", "--nofile=" + FILES), Map.of(), "first_frame_timeout: 5s");
        house.startAgent("f39");
        house.awaitUp("f39");
        assertThat(bus.err()).contains("may have " + FILES + " files open", "raise the limit");
        StartedJob running = oracle.start(oracle.run("f39", SHORT));
        List<HostileClient> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < FILES; i++) {
                crowd.add(new HostileClient(house.agentPort()));
            }
            StartedJob next = oracle.start(oracle.run("f39", SHORT));
            assertThat(lastWords(crowd.get(FILES - 1))).contains("too many connections for the open files");
            assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
            assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
            assertThat(house.qcmd("status").exit()).isZero();
        } finally {
            for (HostileClient one : crowd) {
                one.close();
            }
        }
        assertThat(bus.err()).doesNotContain("minion f39: a session ended");
        house.startAgent("f39-late");
        house.awaitUp("f39", "f39-late");
    }

    @Test
    @Tag("F39")
    @Tag("F40")
    void anAgentWithoutMoreFiles_killsWhatIsOverItsTimeout() throws Exception {
        house.startBus();
        Program agent = house.startAgent("f39-agent");
        house.awaitUp("f39-agent");
        StartedJob job = oracle.start(oracle.run("f39-agent", LONG).timeout(Duration.ofSeconds(6)));
        oracle.awaitStart(job, "f39-agent");

        // One file more would have the first number that is free.
        long free = LongStream.range(0, Long.MAX_VALUE)
                .filter(number -> !Files.exists(Path.of("/proc/" + agent.pid() + "/fd/" + number), NOFOLLOW_LINKS))
                .findFirst()
                .orElseThrow();
        limitFiles(agent, String.valueOf(free));
        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.TIMED_OUT);
        limitFiles(agent, "4096");

        Processes.awaitNoneOf(job.id());
        StartedJob next = oracle.start(oracle.run("f39-agent", SHORT));
        assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
    }

    private static void limitFiles(Program program, String soft) throws Exception {
        Process prlimit = new ProcessBuilder(
                        "prlimit", "--pid", String.valueOf(program.pid()), "--nofile=" + soft + ":")
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    @Test
    @Tag("F38")
    void aBusWithoutMoreMemory_ends_andHasAllThatItAccepted_whenItIsBack() {
        Program bus = house.startBus(Map.of("JDK_JAVA_OPTIONS", "-Xmx24m -XX:MaxDirectMemorySize=128m"));
        house.startAgent("f38");
        house.awaitUp("f38");
        house.stopAgent("f38");
        List<RunSpec> asked = new ArrayList<>();
        List<CompletableFuture<StartedJob>> told = new ArrayList<>();
        while (bus.isAlive()) {
            RunSpec run = oracle.run("f38", Duration.ZERO)
                    .stdin(new byte[200 * KIB])
                    .requestId("f38-" + asked.size())
                    .expire(LONG_LIFE);
            asked.add(run);
            told.add(run.start().toFuture());
            await().atMost(House.LIMIT).until(() -> told.get(told.size() - 1).isDone() || !bus.isAlive());
        }

        assertThat(bus.exit(House.LIMIT)).as("%s", bus).isEqualTo(OUT_OF_MEMORY);
        house.startBus();
        house.awaitBus();
        for (int i = 0; i < asked.size(); i++) {
            String id = oracle.start(asked.get(i)).id();
            StartedJob before = told.get(i).getNow(null);
            assertThat(before == null ? id : before.id()).isEqualTo(id);
        }
        house.startAgent("f38");
    }

    @Test
    @Tag("F38")
    @Tag("F12")
    void anAgentWithoutMoreMemory_ends_andWhatItRanIsInterrupted_whenItIsBack() {
        house.startBus();
        // What a running command got on its standard input stays in memory: 64 times 200 KiB are more than this.
        Program agent = house.startAgent("f38", Map.of("_JAVA_OPTIONS", "-Xmx12m"), "slots: 64");
        house.awaitUp("f38");
        List<StartedJob> jobs = new ArrayList<>();
        while (agent.isAlive()) {
            StartedJob job = oracle.start(oracle.run("f38", LONG)
                    .stdin(new byte[200 * KIB])
                    .timeout(LONG.multipliedBy(2))
                    .expire(LONG_LIFE));
            jobs.add(job);
            await().atMost(House.LIMIT).until(() -> oracle.starts(job, "f38") > 0 || !agent.isAlive());
        }

        assertThat(agent.exit(House.LIMIT)).as("%s", agent).isEqualTo(OUT_OF_MEMORY);
        house.startAgent("f38", "slots: 64");
        // It may not have come to run.
        StartedJob last = jobs.remove(jobs.size() - 1);
        House.answer(last.cancel().collectList());
        for (StartedJob job : jobs) {
            assertThat(Oracle.end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        }
    }

    private static String lastWords(HostileClient client) throws IOException {
        Optional<byte[]> frame = client.read(House.LIMIT);
        return frame.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("closed");
    }
}
