package io.qcmd.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.OutputChunk;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.Output.Stream;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a command does on its minions, and what of it comes back: three agents, nothing breaks. */
@Timeout(300)
class CommandIT {
    private static final List<String> MINIONS = List.of("web1", "web2", "db1");

    /** Forks, double-forks, setsid, nohup, and a member that ignores TERM; waits for the one in its own group. */
    private static final String RUNAWAYS =
            "sleep 300 & nohup sleep 301 & setsid sleep 302 & (setsid sh -c 'sleep 303 & sleep 304' &);"
                    + " sh -c 'trap \"\" TERM; while :; do sleep 1; done' &";

    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = House.watched(directory);
        house.startBus();
        // Shorter than the default, so that what ignores TERM does not hold the tests up.
        MINIONS.forEach(minion -> house.startAgent(minion, "kill_grace: 1s"));
        house.awaitUp("web1", "web2", "db1");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void saltsForm_showsOutputErrorsAndExitOfEachMinion() throws IOException {
        House.Answer answer = house.qcmd("*", "cmd.run", "uname -n; echo err >&2; exit 3");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(1);
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        for (String minion : MINIONS) {
            assertThat(answer.out().lines()).as("%s", answer).containsOnlyOnce(minion + ": " + host);
            assertThat(answer.err()).contains(minion + "! err", minion + " exit 3");
        }
        assertThat(answer.out().lines()).hasSize(3);
    }

    @Test
    void aTargetThatMatchesNobody_createsNoJob() {
        long before = House.answer(house.client().jobs(10_000).count());

        House.Answer answer = house.qcmd("run", "nosuch*", "--", "true");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(3);
        assertThat(answer.err()).contains("No minions matched the target");
        assertThat(answer.out()).isEmpty();
        assertThat(house.qcmd("-o", "jsonl", "jobs", "ls", "--limit", "1000")
                        .out()
                        .lines())
                .hasSize((int) before)
                .noneMatch(line -> line.contains("nosuch"));
    }

    @Test
    void output_appearsLineByLine_whileTheCommandRuns() throws IOException {
        Path go = house.file("go-on");
        String line = "echo first; while [ ! -e " + go + " ]; do sleep 0.1; done; echo last";
        try (Program run = house.start("run", "web1", "--", line)) {
            await().atMost(House.LIMIT).until(() -> run.out().equals("web1: first\n"));
            assertThat(run.isAlive()).isTrue();
            Files.createFile(go);
            assertThat(run.exit(House.LIMIT)).as("%s", run).isZero();
            assertThat(run.out()).isEqualTo("web1: first\nweb1: last\n");
        }
    }

    @Test
    @Tag("F41")
    void atItsTimeout_everyProcessOfTheCommandIsKilled() {
        House.Answer answer = house.qcmd("run", "web1", "--timeout", "1s", "--", "sleep 60 & sleep 60");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(4);
        assertThat(answer.err()).contains("web1 TIMED_OUT", "executed yes");
        assertThat(Processes.mentioning("QCMD_JOB=" + house.newestJob().job())).isEmpty();
    }

    @Test
    @Tag("F40")
    @Tag("F41")
    void atItsTimeout_whatTriedToGetAwayOrIgnoresTheSignalIsKilledToo() {
        TargetResult result = house.result(
                house.run("web1").shell(RUNAWAYS + " echo on their way; wait").timeout(Duration.ofSeconds(1)));

        assertThat(result).isInstanceOf(TargetResult.TimedOut.class);
        assertThat(result.output().stdout().utf8()).isEqualTo("on their way\n");
        assertThat(Processes.mentioning("QCMD_JOB=" + house.newestJob().job())).isEmpty();
    }

    @Test
    @Tag("F41")
    void theEndOfACommand_isNotDelayedByWhoHoldsItsPipes_andTheyAreKilled() {
        TargetResult result = house.result(house.run("web1").shell(RUNAWAYS + " echo done"));

        assertThat(result)
                .isInstanceOfSatisfying(
                        TargetResult.Succeeded.class,
                        end -> assertThat(end.took()).isLessThan(Duration.ofSeconds(20)));
        Processes.awaitNoneOf(house.newestJob().job());
    }

    @Test
    void aCancel_killsWhatRuns_andWhoWatchesLeavesWith7() {
        try (Program run = house.start("run", "web2", "--", "echo here; sleep 60 & sleep 60")) {
            await().atMost(House.LIMIT).until(() -> run.out().equals("web2: here\n"));
            JobInfo job = house.newestJob();

            House.Answer cancel = house.qcmd("-o", "jsonl", "cancel", job.job().toString());

            assertThat(cancel.exit()).as("%s", cancel).isZero();
            assertThat(cancel.out()).contains("\"minion\":\"web2\"", "\"effect\":\"PENDING\"");
            assertThat(run.exit(House.LIMIT)).as("%s", run).isEqualTo(7);
            assertThat(run.err()).contains("web2 TERMINATED");
            assertThat(Processes.mentioning("QCMD_JOB=" + job.job())).isEmpty();
            assertThat(house.newestJob().cancelled()).isTrue();
        }
    }

    @Test
    void attach_showsADetachedJobFromItsFirstLineToItsLast() throws IOException {
        Path go = house.file("go-on-detached");
        String count = "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo $i; done";
        String line = count + "; while [ ! -e " + go + " ]; do sleep 0.1; done; " + count;
        House.Answer detached = house.qcmd("run", "web1", "--detach", "--", line);
        assertThat(detached.exit()).as("%s", detached).isZero();
        String job = detached.out().strip();
        assertThat(job).hasSize(26);

        String expected = IntStream.range(0, 4_000)
                .mapToObj(i -> "web1: " + (i % 2_000 + 1) + "\n")
                .collect(Collectors.joining());
        try (Program attach = house.start("attach", job.substring(20))) {
            await().atMost(House.LIMIT).until(() -> attach.out().contains("web1: 2000\n"));
            Files.createFile(go);
            assertThat(attach.exit(House.LIMIT)).as("%s", attach.err()).isZero();
            assertThat(attach.out()).isEqualTo(expected);
        }
        assertThat(house.qcmd("jobs", "output", job).out()).isEqualTo(expected);
    }

    @Test
    void ping_asksEachMinion_andRunsNothing() {
        House.Answer salt = house.qcmd("*", "test.ping");
        assertThat(salt.exit()).as("%s", salt).isZero();
        assertThat(salt.out()).contains(MINIONS).doesNotContain("no answer");

        House.Answer one = house.qcmd("ping", "db1", "-q");
        assertThat(one.exit()).as("%s", one).isZero();
        assertThat(one.out()).contains("db1").doesNotContain("web1");
    }

    @Test
    void stdinEnvironmentAndDirectory_reachTheCommand_andNothingElseDoes() throws IOException {
        Path stdin = Files.writeString(house.file("stdin.txt"), "one\ntwo\n");
        House.Answer answer = house.qcmd(
                "run",
                "web1",
                "--stdin",
                stdin.toString(),
                "--env",
                "GREETING=hello world",
                "--cwd",
                "/usr",
                "--",
                "cat; echo $GREETING; pwd; env | cut -d= -f1 | sort | tr '\\n' ' '");

        assertThat(answer.exit()).as("%s", answer).isZero();
        assertThat(answer.out().lines())
                .startsWith("web1: one", "web1: two", "web1: hello world", "web1: /usr")
                .endsWith("web1: GREETING HOME LANG PATH PWD QCMD_JOB QCMD_MINION ");
    }

    @Test
    @Tag("A44")
    void everyWordOfAnExactCommand_arrivesAsItIs() {
        String[] nasty = {
            "%s\\0", "'; rm -rf /tmp/x", "$(id)", "`id`", "a\nb", "\"", "-rf", "--", "%s", "*", "", "\\", "日本語"
        };
        TargetResult result = house.result(house.run("web1").exec("printf", nasty));

        String expected =
                IntStream.range(1, nasty.length).mapToObj(i -> nasty[i] + "\0").collect(Collectors.joining());
        assertThat(result.output().stdout().utf8()).isEqualTo(expected);
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(
                        () -> house.run("web1").exec("printf", "a\0b").start().block(House.LIMIT))
                .matches(e -> e.code() == ErrorCode.COMMAND_INVALID);
    }

    @Test
    void everyByteOfALine_arrives_andComesBack_inAnyLocale() {
        String line = "\"$0\" run web1 -- \"printf '$(printf '\\303\\274')' | od -An -tx1; printf '\\303\\274'\"";
        for (String locale : List.of("C", "C.UTF-8")) {
            Map<String, String> environment = Map.of("QCMD_BUS", house.url(), "LC_ALL", locale);
            List<String> words = List.of("sh", "-c", line, House.LAUNCHER.toString());
            try (Program program = Program.start(directory, "locale", environment, words)) {
                assertThat(program.exit(House.LIMIT)).as("%s", program).isZero();
                assertThat(program.out()).as(locale).isEqualTo("web1:  c3 bc\nweb1: \u00fc\n");
            }
        }
    }

    @Test
    @Tag("A44")
    void everyWordAfterTwoDashes_isAWordThere() {
        House.Answer answer =
                house.qcmd("run", "web1", "--", "printf", "[%s]", "it's", "$HOME", "a b", "--timeout", "-o", "");
        assertThat(answer.exit()).as("%s", answer).isZero();
        assertThat(answer.out()).isEqualTo("web1: [it's][$HOME][a b][--timeout][-o][]\n");
    }

    @Test
    void aScript_runsWithItsArguments() {
        String body = "#!/bin/sh -e\nprintf '%s|' \"$@\"\ncat\nexit 5\n";
        TargetResult result =
                house.result(house.run("web1").script(body, "a b", "c'd").stdin("in".getBytes(UTF_8)));
        assertThat(result).isInstanceOfSatisfying(TargetResult.Failed.class, end -> {
            assertThat(end.exitCode()).isEqualTo(5);
            assertThat(end.output().stdout().utf8()).isEqualTo("a b|c'd|in");
        });
    }

    @Test
    @Tag("F44")
    void binaryOutput_comesBackByteByByte() {
        byte[] bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);
        StartedJob job = House.answer(house.run("web1").exec("cat").stdin(bytes).start());
        assertThat(bytes(chunks(job))).isEqualTo(bytes);
    }

    @Test
    @Tag("F44")
    void bytesThatAreNoText_areMarkedInJson() {
        House.Answer answer = house.qcmd("-o", "jsonl", "run", "web1", "--", "printf '\\377\\000\\001'");
        String base64 = Base64.getEncoder().encodeToString(new byte[] {-1, 0, 1});
        assertThat(answer.exit()).as("%s", answer).isZero();
        assertThat(answer.out()).contains("\"textBase64\":\"" + base64 + "\"");
    }

    @Test
    void tooMuchOutput_isCutInTheMiddle_andCounted() {
        String line = "head -c 4999996 /dev/zero | tr '\\0' x; echo end; head -c 300000 /dev/zero >&2; exit 9";
        StartedJob job = House.answer(house.run("web2").shell(line).start());

        TargetResult result = House.answer(job.results().single());
        assertThat(result)
                .isInstanceOfSatisfying(
                        TargetResult.Failed.class,
                        end -> assertThat(end.exitCode()).isEqualTo(9));
        assertThat(result.output().truncated()).isTrue();
        assertThat(result.output().stdoutBytes()).isEqualTo(5_000_000);
        assertThat(result.output().stderrBytes()).isEqualTo(300_000);

        List<OutputChunk> stdout = chunks(job);
        byte[] kept = bytes(stdout);
        assertThat(kept).hasSize(1024 * 1024).endsWith('x', 'e', 'n', 'd', '\n');
        long skipped = stdout.stream().mapToLong(OutputChunk::skipped).sum();
        assertThat(skipped + kept.length).isEqualTo(5_000_000);
    }

    @Test
    void whatCannotBeStarted_isRejected_andWasNotExecuted() {
        List<TargetResult> results = List.of(
                house.result(house.run("web1").exec("/no/such/program")),
                house.result(house.run("web1").script("#!/no/such/interpreter\n")),
                house.result(house.run("web1").shell("true").cwd("/no/such/directory")));
        assertThat(results).allSatisfy(result -> {
            assertThat(result.state()).isEqualTo(TargetState.REJECTED);
            assertThat(result.executed()).isEqualTo(Executed.NO);
            assertThat(result.reason()).contains("/no/such");
        });
    }

    private static List<OutputChunk> chunks(StartedJob job) {
        return House.answer(
                job.output().filter(chunk -> chunk.stream() == Stream.STDOUT).collectList());
    }

    private static byte[] bytes(List<OutputChunk> chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        chunks.forEach(chunk -> all.writeBytes(chunk.bytes().toArray()));
        return all.toByteArray();
    }
}
