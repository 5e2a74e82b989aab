package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a command is given, and what becomes of what it says. */
class RunnerTest extends RunnerFixture {
    @Test
    void tellsTheExitCode() {
        Return well = result(Command.shell("exit 0"));
        Return ill = result(Command.shell("exit 3"));

        assertThat(well.state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(well.exitCode()).isZero();
        assertThat(well.stdout()).isEqualTo(Return.Captured.NONE);
        assertThat(ill.state()).isEqualTo(TargetState.FAILED);
        assertThat(ill.exitCode()).isEqualTo(3);
        assertThat(ill.leftover()).isZero();
        assertThat(ill.reason()).isNull();
    }

    @Test
    void refuses_andSaysSo_whenTheDiskHasNoRoom() throws IOException {
        assertThat(runner.refusal(Command.shell("true"))).isEmpty();
        long needed = runner.health().diskNeeded();
        assertThat(needed).isEqualTo(64 * 1024 + 16 * 1024 + 4 * 1024 * 1024);

        // Of a directory that is not there nothing can be promised.
        Path elsewhere = Files.move(jobs, directory.resolve("elsewhere"));

        assertThat(runner.refusal(Command.shell("true")).orElseThrow())
                .isEqualTo("disk: 0 bytes free in " + jobs + ", " + needed + " needed");
        assertThat(runner.health().diskFree()).isZero();
        Files.move(elsewhere, jobs);
    }

    @Test
    void tells128AndTheNumber_ofASignal() {
        Return killed = result(Command.shell("kill -SEGV $$"));

        assertThat(killed.state()).isEqualTo(TargetState.FAILED);
        assertThat(killed.exitCode()).isEqualTo(128 + 11);
    }

    @Test
    void keepsBothStreamsApart() {
        Run run = run(Command.shell("echo out; echo err >&2; exit 3"));

        assertThat(run.result().stdout().total()).isEqualTo(4);
        assertThat(run.stdout()).asString().isEqualTo("out\n");
        assertThat(run.stderr()).asString().isEqualTo("err\n");
        assertThat(run.outputs(Output.Stream.STDOUT)).isPositive();
        assertThat(run.outputs(Output.Stream.STDERR)).isPositive();
    }

    @Test
    @Tag("F44")
    void keepsOutputByteExact_alsoBinaryAndNul() throws Exception {
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        Path file = Files.write(directory.resolve("noise"), noise);

        Run run = run(Command.exec(List.of("cat", file.toString())));

        Return.Captured stdout = run.result().stdout();
        assertThat(run.stdout()).isEqualTo(noise);
        assertThat(stdout.truncated()).isFalse();
        assertThat(stdout.sha256().toArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(noise));
    }

    @Test
    @Tag("F43")
    void keepsHeadAndTail_of50MegabytesWithoutNewline() throws IOException {
        Run run = run(Command.shell("printf head; head -c 50000000 /dev/zero; printf tail"));

        Return.Captured stdout = run.result().stdout();
        byte[] kept = run.stdout();
        assertThat(stdout.total()).isEqualTo(50_000_008);
        assertThat(stdout.kept()).isEqualTo(64 * 1024).isEqualTo(kept.length);
        assertThat(kept).startsWith('h', 'e', 'a', 'd', 0).endsWith(0, 't', 'a', 'i', 'l');
        assertThat(Files.size(jobs.resolve(run.job.toString()).resolve("stdout")))
                .isLessThan(65 * 1024);
        assertThat(run.result().exitCode()).isZero();
    }

    @Test
    void showsTheHead_whileItRuns() {
        Run run = run(Command.shell("echo first; exec sleep 60"));

        run.says("first\n");
        assertThat(run.ends()).isEmpty();
        run.cancel();
        assertThat(run.result().stdout().kept()).isEqualTo(6);
    }

    @Test
    @Tag("F45")
    void givesStandardInput_andThenItsEnd() {
        byte[] input = new byte[200_000];
        Arrays.fill(input, (byte) 0xff);

        Run run = run(Command.exec(List.of("wc", "-c")).withStdin(Bytes.copyOf(input)));
        Run without = run(Command.exec(List.of("wc", "-c")));

        run.result();
        without.result();
        assertThat(run.text().trim()).isEqualTo("200000");
        assertThat(without.text().trim()).isEqualTo("0");
        assertThat(jobs.resolve(run.job.toString()).resolve("stdin")).doesNotExist();
    }

    @Test
    @Tag("F45")
    void succeeds_whenInputIsNotRead_orOutputIsClosedEarly() {
        Command closes = shell("exec >&- 2>&-; sleep 0.1; exit 4", 10_000);
        Command ignores = Command.exec(List.of("true")).withStdin(Bytes.copyOf(new byte[200_000]));
        Command onlyErr = Command.shell("exec >&-; echo err >&2");

        assertThat(result(closes).exitCode()).isEqualTo(4);
        assertThat(result(ignores).exitCode()).isZero();
        assertThat(result(onlyErr).stderr().total()).isEqualTo(4);
    }

    @Test
    void givesAnAllowlistOfEnvironment_andTheCommandsOwn() {
        Run run = run(Command.exec(List.of("env")).withEnvironment(Map.of("COLOUR", "a b", "HOME", "/tmp")));

        run.result();
        Map<String, String> environment = environmentOf(run.text());
        assertThat(environment)
                .containsEntry("COLOUR", "a b")
                .containsEntry("HOME", "/tmp")
                .containsEntry("QCMD_JOB", run.job.toString())
                .containsEntry("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        // A shell that passes on what it was given adds PWD; bash, where it is /bin/sh, also SHLVL, _ and OLDPWD.
        assertThat(Set.of("PATH", "HOME", "LANG", "QCMD_JOB", "QCMD_MINION", "COLOUR", "PWD", "SHLVL", "_", "OLDPWD"))
                .containsAll(environment.keySet());
    }

    @Test
    void startsInTheRoot_orInTheGivenDirectory_withAClosedUmask() {
        Run root = run(Command.shell("pwd; umask"));
        Run other = run(Command.shell("pwd").withCwd(directory.toString()));

        root.result();
        other.result();
        assertThat(root.text()).isEqualTo("/\n0077\n");
        assertThat(other.text()).isEqualTo(directory + "\n");
    }

    @Test
    void passesArgumentsOfAProgramByteExact() {
        List<String> words = List.of("it's; rm -rf /", "$(id)", "two\nlines", "-rf", "--", "%s", "", "\"", "\\");
        Run run = run(Command.exec(
                Stream.concat(Stream.of("printf", "<%s>"), words.stream()).toList()));

        run.result();
        assertThat(run.text()).isEqualTo("<" + String.join("><", words) + ">");
    }

    @Test
    void passesAShellLine_thatLooksLikeAnOption() {
        Run run = run(Command.shell("-x; echo $?"));

        run.result();
        assertThat(run.text()).isEqualTo("127\n");
    }

    @Test
    void runsAScriptByItsFirstLine_withArgumentsByteExact() {
        List<String> words = List.of("a b", "it's \"x\"", "two\nlines", "$HOME", "-e", "");
        Run awk = run(Command.script(Bytes.utf8("#!/usr/bin/env perl\nprint \"<$_>\" for @ARGV; print $0;\n"), words));
        Run shell = run(Command.script(Bytes.utf8("printf '<%s>' \"$@\"; exit 5"), words));

        assertThat(awk.result().exitCode()).isZero();
        assertThat(awk.text()).startsWith("<" + String.join("><", words) + ">").endsWith("/script");
        assertThat(shell.result().exitCode()).isEqualTo(5);
        assertThat(shell.text()).isEqualTo("<" + String.join("><", words) + ">");
    }

    @Test
    void givesAScriptsInterpreterItsOneArgument() {
        Run run = run(Command.script(Bytes.utf8("#! /bin/sh -eu \nfalse\necho not reached\n"), List.of()));

        assertThat(run.result().exitCode()).isEqualTo(1);
        assertThat(run.text()).isEmpty();
    }

    @Test
    void keepsWhatItWritesToItself() throws IOException {
        Run run = run(Command.script(Bytes.utf8("exec sleep 60"), List.of()));
        run.pid();

        Path own = jobs.resolve(run.job.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(jobs)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.resolve("script"))))
                .isEqualTo("r-x------");
        run.cancel();
        run.result();
    }

    @Test
    @Tag("F48")
    void refusesAndRejects_whatCannotBeExeced() throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "echo hi");
        Map<Command, String> hopeless = Map.of(
                Command.exec(List.of("no-such-program")), "'no-such-program': not found in PATH",
                Command.exec(List.of("/no/such")), "'/no/such': there is no such file",
                Command.exec(List.of("/")), "is not an executable file",
                Command.exec(List.of(plain.toString())), "is not an executable file",
                Command.exec(List.of("-x")), "begins with '-'",
                Command.script(Bytes.utf8("#!/no/such -x\n"), List.of()), "interpreter '/no/such'",
                Command.script(Bytes.utf8("#!/bin/sh\r\n"), List.of()), "interpreter '/bin/sh\\u000d'",
                Command.shell("true").withCwd("/no/such"), "cwd '/no/such': there is no such directory");

        hopeless.forEach((command, reason) -> {
            Return result = result(command);
            assertThat(runner.refusal(command)).get().asString().contains(reason);
            assertThat(result.state()).isEqualTo(TargetState.REJECTED);
            assertThat(result.reason()).contains(reason);
        });
        assertThat(runner.refusal(Command.shell("true"))).isEmpty();
        assertThat(runner.refusal(Command.script(Bytes.utf8("#!/bin/sh"), List.of())))
                .isEmpty();
    }

    @Test
    @Tag("F48")
    void rejects_whatOnlyTheKernelRefuses() throws IOException {
        Path broken =
                Files.write(directory.resolve("broken"), "\u007fELF nonsense".getBytes(StandardCharsets.US_ASCII));
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));

        Return result = result(Command.exec(List.of(broken.toString())));

        assertThat(result.state()).isEqualTo(TargetState.REJECTED);
        assertThat(result.exitCode()).isNull();
        assertThat(result.reason()).contains("broken");
    }

    @Test
    void believesAnExitCodeOf126Or127_ofACommandThatRan() {
        assertThat(result(Command.shell("exit 126")).state()).isEqualTo(TargetState.FAILED);
        assertThat(result(Command.shell("no-such-program")).exitCode()).isEqualTo(127);
    }

    @Test
    void neverRunsAJobAgain() throws IOException {
        JobId job = newJob();
        Path marker = directory.resolve("marker");
        Message message = new Message(job, Command.shell("echo ran >> " + marker));

        assertThat(run(message).result().state()).isEqualTo(TargetState.SUCCEEDED);
        Run again = run(message);

        assertThat(again.result().state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(Files.readAllLines(marker)).hasSize(1);
    }

    @Test
    void countsItsSlots_andRejectsMore() {
        List<Run> running = Stream.generate(() -> run(Command.shell("exec sleep 60")))
                .limit(4)
                .toList();

        assertThat(runner.freeSlots()).isZero();
        assertThat(result(Command.shell("true")).reason()).contains("no free slot of 4");
        running.forEach(run -> run.cancel());
        running.forEach(Run::result);
        assertThat(runner.freeSlots()).isEqualTo(4);
    }

    @Test
    void reopensOutput_afterARestart_untilItIsDiscarded() throws IOException {
        Run small = run(Command.shell("echo small"));
        Run large = run(Command.shell("head -c 100000 /dev/zero; printf end; exit 9"));
        Return.Captured kept = large.result().stdout();
        small.result();
        byte[] before = large.stdout();
        runner.close();

        runner = newRunner(Duration.ofMillis(300));

        assertThat(large.stdout()).isEqualTo(before).endsWith('e', 'n', 'd');
        assertThat(runner.spool(large.job).orElseThrow().captured(Output.Stream.STDOUT))
                .isEqualTo(kept);
        assertThat(runner.spool(large.job).orElseThrow().captured(Output.Stream.STDERR))
                .isEqualTo(Return.Captured.NONE);
        assertThat(small.text()).isEqualTo("small\n");
        runner.discard(large.job);
        runner.discard(large.job);
        assertThat(runner.spool(large.job)).isEmpty();
        assertThat(jobs.resolve(large.job.toString())).doesNotExist();
    }
}
