package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.agent.SmallDisk;
import io.qcmd.client.Job;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the data directory of an agent: a second agent, a clone, a full disk, an old backup, damage. */
@Timeout(180)
class JournalIT {
    @TempDir
    static Path directory;

    private static House house;
    private static Program bus;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        bus = house.startBus();
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void aSecondAgentOnOneDirectory_isRefused_andTheFirstGoesOn() {
        house.startAgent("alone");
        house.awaitUp("alone");

        Program second = house.startAgent("intruder", "data: " + house.agentData("alone"));

        assertThat(second.exit(House.LIMIT)).as("%s", second).isEqualTo(2);
        assertThat(second.err()).contains(house.agentData("alone").toString(), "another agent runs on it");
        assertThat(runs("alone", "true").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    @Tag("F36")
    void aClone_isTurnedAwayAndShown_whileTheFirstOneLives_andTakesItsPlaceAfterwards() throws IOException {
        Program first = house.startAgent("twin");
        house.awaitUp("twin");
        StartedJob job = start("twin", "echo here; while [ ! -e " + house.file("go-twin") + " ]; do sleep 0.05; done");
        house.awaitOutput(job);

        Program clone = house.startAgent("twin-clone", "minion: twin");
        await().atMost(House.LIMIT).until(() -> house.minion("twin").clones() > 0);
        await().atMost(House.LIMIT)
                .until(() -> (clone.out() + clone.err()).contains("another agent of that name is connected and alive"));

        assertThat(house.qcmd("minions", "show", "twin").out()).contains("another agent of this name was turned away");
        Files.createFile(house.file("go-twin"));
        assertThat(end(job).state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(jobsOf("twin-clone")).isEmpty();

        first.kill();
        house.awaitUp("twin");
        assertThat(runs("twin", "true").state()).isEqualTo(TargetState.SUCCEEDED);
        clone.close();
        house.awaitDown("twin");
    }

    @Test
    @Tag("F32")
    void aDiskThatWasRestoredFromAnOldBackup_provesNothing_andNothingRunsTwice() throws IOException {
        Program agent = house.startAgent("restored", "health_interval: 1s");
        house.awaitUp("restored");
        Path data = house.agentData("restored");
        Path backup = directory.resolve("backup");
        assertThat(runs("restored", "true").state()).isEqualTo(TargetState.SUCCEEDED);
        Files.copy(data.resolve("journal"), backup);
        assertThat(runs("restored", "true").state()).isEqualTo(TargetState.SUCCEEDED);
        awaitNextHealth("restored");
        Path starts = house.file("starts-restored");
        Path over = house.file("over-restored");
        StartedJob job = start(
                "restored", "echo x >> " + starts + "; echo here; while [ ! -e " + over + " ]; do sleep 0.05; done");
        house.awaitOutput(job);

        agent.kill();
        Files.createFile(over);
        Processes.awaitNoneOf(job.accepted().job());
        house.awaitDown("restored");
        // The bus that comes next knows no more than that it may have got GO.
        bus.close();
        bus = house.startBus();
        house.awaitBus();
        assertThat(House.answer(job.info()).counts().of(TargetState.ACCEPTED)).isEqualTo(1);
        Files.copy(backup, data.resolve("journal"), StandardCopyOption.REPLACE_EXISTING);
        try (Stream<Path> kept =
                Files.walk(data.resolve("jobs/" + job.accepted().job()))) {
            kept.sorted(Comparator.reverseOrder())
                    .map(Path::toFile)
                    .forEach(file -> assertThat(file.delete()).isTrue());
        }
        Program next = house.startAgent("restored");

        TargetResult end = end(job);
        assertThat(end.state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(end.executed()).isEqualTo(Executed.UNKNOWN);
        assertThat(runs("restored", "true").state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(Files.readAllLines(starts)).hasSize(1);
        assertThat(next.out() + next.err()).contains("older copy of itself");
    }

    @Test
    @Tag("F32")
    void aDamagedJournal_isPutAside_whatRanIsInterrupted_andNothingOfItIsLeft() throws IOException {
        Program agent = house.startAgent("damaged");
        house.awaitUp("damaged");
        assertThat(runs("damaged", "true").state()).isEqualTo(TargetState.SUCCEEDED);
        Path starts = house.file("starts-damaged");
        StartedJob job = start("damaged", "echo x >> " + starts + "; echo here; setsid sleep 300 & sleep 301");
        house.awaitOutput(job);
        agent.kill();
        house.awaitDown("damaged");
        Path journal = house.agentData("damaged").resolve("journal");
        byte[] bytes = Files.readAllBytes(journal);
        bytes[bytes.length / 2] ^= 16;
        Files.write(journal, bytes);

        house.startAgent("damaged");

        assertThat(end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        Processes.awaitNoneOf(job.accepted().job());
        assertThat(Files.readAllLines(starts)).hasSize(1);
        assertThat(journal.resolveSibling("journal.damaged")).hasBinaryContent(bytes);
        assertThat(jobsOf("damaged")).isEmpty();
        assertThat(runs("damaged", "true").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    @Tag("F27")
    void aFullDisk_refusesWork_keepsTheEndOfWhatRuns_andRecoversByItself() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(house.agentData("full"), 16)) {
            Program agent = house.startAgent("full", "disk_reserve: 4MiB");
            house.awaitUp("full");
            Path go = house.file("go-full");
            StartedJob job = start(
                    "full",
                    "echo here; while [ ! -e " + go + " ]; do sleep 0.05; done; head -c 300000 /dev/zero; exit 3");
            house.awaitOutput(job);
            disk.fill();

            TargetResult refused = runs("full", "true");
            assertThat(refused.state()).isEqualTo(TargetState.REJECTED);
            assertThat(refused.reason()).contains("disk:");
            Files.createFile(go);
            assertThat(end(job)).isInstanceOfSatisfying(TargetResult.Failed.class, failed -> {
                assertThat(failed.exitCode()).isEqualTo(3);
                assertThat(failed.output().stdoutBytes()).isEqualTo(300_005);
                assertThat(failed.output().truncated()).isTrue();
                // The ledger knows what is stored.
                assertThat(failed.output().stdout().utf8()).startsWith("here\n");
                assertThat(failed.output().fingerprint().size()).isEqualTo(32);
            });

            disk.empty();
            assertThat(runs("full", "echo again").state()).isEqualTo(TargetState.SUCCEEDED);
            agent.close();
        }
    }

    /** Until the bus was told how far the journal has come. */
    private static void awaitNextHealth(String minion) {
        long before = Objects.requireNonNull(house.minion(minion).health()).at();
        await().atMost(House.LIMIT).until(() -> {
            HealthInfo health = house.minion(minion).health();
            return health != null && health.at() > before;
        });
    }

    /** The jobs of which an agent keeps anything. */
    private static List<Path> jobsOf(String agent) throws IOException {
        try (Stream<Path> jobs = Files.list(house.agentData(agent).resolve("jobs"))) {
            return jobs.filter(job -> !job.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private static TargetResult runs(String minion, String line) {
        return house.result(house.run(minion).shell(line).whenUncontrollable(Selection.WhenUncontrollable.QUEUE));
    }

    private static StartedJob start(String minion, String line) {
        return House.answer(
                house.run(minion).shell(line).timeout(Duration.ofMinutes(10)).start());
    }

    private static TargetResult end(Job job) {
        return House.answer(job.results().single());
    }
}
