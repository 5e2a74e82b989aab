package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each exit code once, by the launcher, from a bus with two agents. */
@Timeout(300)
class ExitCodesIT {
    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus();
        List.of("web1", "web2").forEach(minion -> house.startAgent(minion, "kill_grace: 1s"));
        house.awaitUp("web1", "web2");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void zero_whenEveryTargetSucceeded() {
        assertExit(0, "run", "web*", "--", "true");
    }

    @Test
    void one_whenATargetFailed_andTheLargestOfTheirs_whenAskedFor() {
        String line = "[ $QCMD_MINION = web1 ] && exit 3; exit 42";
        House.Answer answer = assertExit(1, "run", "web*", "--", line);
        assertThat(answer.err()).contains("exit 1");
        assertThat(assertExit(42, "run", "--exit", "max", "web*", "--", line).err())
                .contains("exit 42");
        assertExit(0, "run", "--fail-on", "never", "web*", "--", line);
        assertExit(0, "run", "--fail-on", "all", "web*", "--", "[ $QCMD_MINION = web1 ]");
        assertExit(1, "run", "--fail-on", "50%", "web*", "--", "[ $QCMD_MINION = web1 ]");
    }

    @Test
    void two_whenTheWordsAreWrong() {
        assertExit(2, "run", "web1", "--no-such-option", "--", "true");
        assertExit(2, "nonsense");
        House.Answer answer = assertExit(2, "*", "pkg.install", "nginx");
        assertThat(answer.err()).isEqualTo("""
                        qcmd: 'pkg.install' is no qcmd function. Known: cmd.run cmd.script test.ping grains.items saltutil.find_job saltutil.kill_job
                          try:  qcmd run '*' -- apt-get install -y nginx
                        """);
    }

    @Test
    void two_whenAWordIsNoUtf8_andNothingRuns() {
        long before = House.answer(house.client().jobs(10_000).count());
        for (String locale : List.of("C", "C.UTF-8")) {
            Map<String, String> environment = Map.of("QCMD_BUS", house.url(), "LC_ALL", locale);
            String line = "\"$0\" run web1 -- \"echo $(printf '\\377')\"";
            List<String> words = List.of("sh", "-c", line, House.LAUNCHER.toString());
            try (Program program = Program.start(directory, "bytes", environment, words)) {
                assertThat(program.exit(House.LIMIT)).as("%s", program).isEqualTo(2);
                assertThat(program.err()).contains("a word has to be UTF-8", "--stdin FILE");
            }
        }
        assertThat(House.answer(house.client().jobs(10_000).count())).isEqualTo(before);
    }

    @Test
    void three_whenNoMinionMatched() {
        assertExit(3, "run", "wbe*", "--", "true");
    }

    @Test
    void four_whenATargetHasNoExitStatus_orWasAskedForAndLeftOut_alsoBesideOne() {
        assertExit(4, "run", "web1", "--timeout", "1s", "--", "sleep 60");
        assertExit(4, "run", "web1,nosuch", "--", "true");
        assertExit(4, "run", "web*", "--timeout", "1s", "--", "[ $QCMD_MINION = web1 ] && exit 3; sleep 60");
    }

    @Test
    void five_whenItIsNotAllowed() {
        House.Answer answer = assertExit(5, "--bus", "rsocket://127.0.0.1:" + house.clientPort(), "status");
        assertThat(answer.err()).contains("may not call bus.status");
    }

    @Test
    void six_whenThereIsNoBus() {
        House.Answer answer = assertExit(6, "--bus", "rsocket://127.0.0.1:" + House.freePort(), "status");
        assertThat(answer.err()).contains("from --bus");
    }

    @Test
    void seven_whenTheJobWasCancelled_alsoBesideAFailure() {
        try (Program run = house.start("run", "web*", "--", "[ $QCMD_MINION = web1 ] && exit 3; echo here; sleep 60")) {
            await().atMost(House.LIMIT).until(() -> run.out().contains("web2: here"));
            await().atMost(House.LIMIT).until(() -> run.err().contains("web1 exit 3"));
            assertExit(0, "cancel", "@last");
            assertThat(run.exit(House.LIMIT)).as("%s", run).isEqualTo(7);
            assertThat(run.err()).contains("1 failed · 1 terminated").contains(" · exit 7 (cancelled)\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void onehundredandthirty_whenASignalEndsIt_andTheJobGoesOn(String signal) throws IOException {
        Path go = house.file("go-on-" + signal);
        try (Program run =
                house.start("run", "web1", "--", "echo here; while [ ! -e " + go + " ]; do sleep 0.1; done")) {
            await().atMost(House.LIMIT).until(() -> run.out().equals("web1: here\n"));
            JobInfo job = house.newestJob();
            run.signal(signal);
            assertThat(run.exit(House.LIMIT)).as("%s", run).isEqualTo(130);
            String id = job.job().shortForm();
            assertThat(run.err()).endsWith("job " + id + " continues; qcmd attach " + id + "\n");
            Files.createFile(go);
            assertSucceeds(job.job());
            House.Answer attached = assertExit(0, "attach", id);
            assertThat(attached.out()).isEqualTo("web1: here\n");
        }
    }

    @Test
    void seven_whenCtrlCIsToCancel_alsoWithoutATerminal() {
        try (Program run = house.start("run", "web1", "--on-interrupt", "cancel", "--", "echo here; sleep 60")) {
            await().atMost(House.LIMIT).until(() -> run.out().equals("web1: here\n"));
            run.interrupt();
            assertThat(run.exit(House.LIMIT)).as("%s", run).isEqualTo(7);
            assertThat(run.err()).contains("cancelling … SIGTERM sent to 1, SIGKILL after ");
        }
    }

    @Test
    void onehundredandfortyone_whenNobodyReads_andTheJobGoesOn() throws IOException {
        Path code = house.file("code");
        String line = "{ \"$0\" run web1 -- 'seq 1 200000'; echo $? > " + code + "; } | head -n 1";
        try (Program pipe = Program.start(
                directory,
                "pipe",
                Map.of("QCMD_BUS", house.url()),
                List.of("sh", "-c", line, House.LAUNCHER.toString()))) {
            assertThat(pipe.exit(House.LIMIT)).as("%s", pipe).isZero();
            assertThat(pipe.out()).isEqualTo("web1: 1\n");
            assertThat(Files.readString(code)).isEqualTo("141\n");
        }
        assertSucceeds(house.newestJob().job());
    }

    @Test
    void two_whenTheDiskBehindStdoutIsFull_andTheJobGoesOn() {
        for (String words : List.of("-o json run web1 -- true", "--version")) {
            String line = "\"$0\" " + words + " >/dev/full";
            try (Program full = Program.start(
                    directory,
                    "full",
                    Map.of("QCMD_BUS", house.url()),
                    List.of("sh", "-c", line, House.LAUNCHER.toString()))) {
                assertThat(full.exit(House.LIMIT)).as("%s", full).isEqualTo(2);
                assertThat(full.err()).contains("qcmd: cannot write to stdout: No space left on device\n");
            }
        }
        assertSucceeds(house.newestJob().job());
    }

    @Test
    void aMinionCalledLikeAVerb_isReached() {
        House.Answer answer = assertExit(3, "run", "run", "--", "true");
        assertThat(answer.err()).contains("No minions matched the target 'run'");
    }

    private static void assertSucceeds(JobId job) {
        await().atMost(House.LIMIT)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(
                                House.answer(house.client().job(job.toString()).info())
                                        .status())
                        .isEqualTo(JobStatus.SUCCEEDED));
    }

    private static House.Answer assertExit(int code, String... words) {
        House.Answer answer = house.qcmd(words);
        assertThat(answer.exit()).as("%s", answer).isEqualTo(code);
        return answer;
    }
}
