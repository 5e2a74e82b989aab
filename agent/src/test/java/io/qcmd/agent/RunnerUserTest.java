package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands as another user: what they are given, and what they cannot reach. Needs root, to become somebody else. */
class RunnerUserTest extends RunnerFixture {
    private static final String USER = "nobody";

    @BeforeEach
    void needsRoot() {
        assumeThat(Accounts.isRoot()).as("root").isTrue();
        assumeThat(Path.of("/usr/bin/setpriv")).exists();
    }

    @Test
    void becomesThatUser_withItsGroups_andForGood() {
        Run run = run(as(
                Command.shell("id -un; id -u; id -G; grep -E '^(NoNewPrivs|CapEff):' /proc/self/status; umask; pwd")));

        assertThat(run.result().exitCode()).isZero();
        assertThat(run.text().lines())
                .startsWith(USER)
                .doesNotContain("0", "root")
                .contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000")
                .endsWith("0077", "/");
    }

    @Test
    @Tag("A45")
    void givesTheUsersEnvironment_andNothingOfTheAgents() throws IOException {
        Run run = run(as(Command.exec(List.of("env")).withEnvironment(Map.of("COLOUR", "red"))));
        Run peek = run(as(Command.shell("cat /proc/$PPID/environ /proc/$PPID/mem")));

        run.result();
        assertThat(environmentOf(run.text()))
                .containsEntry("USER", USER)
                .containsEntry("LOGNAME", USER)
                .containsEntry(
                        "HOME", Account.of(USER, Path.of("/usr/bin/getent")).home())
                .containsEntry("COLOUR", "red")
                .containsEntry("QCMD_JOB", run.job.toString())
                .doesNotContainKeys("OLDPWD", "SUDO_USER", "JAVA_HOME");
        assertThat(peek.result().exitCode()).isNotZero();
        assertThat(peek.text()).isEmpty();
        assertThat(new String(peek.stderr())).contains("/environ: Permission denied", "/mem: Permission denied");
    }

    @Test
    @Tag("A44")
    void passesArgumentsByteExact() {
        List<String> words = List.of("it's; rm -rf /", "$(id)", "two\nlines", "-rf", "--", "%s", "", "\"", "\\");
        Run exec = run(as(Command.exec(concat(List.of("printf", "<%s>"), words))));
        Run script = run(as(Command.script(Bytes.utf8("#!/usr/bin/env perl\nprint \"<$_>\" for @ARGV;\n"), words)));

        exec.result();
        script.result();
        assertThat(exec.text()).isEqualTo("<" + String.join("><", words) + ">");
        assertThat(script.text()).isEqualTo(exec.text());
    }

    @Test
    @Tag("F45")
    void carriesInputAndOutput_alsoByName() {
        Command command = Command.shell("cat; cat /dev/stdin; echo more >/dev/stdout; echo err >/dev/stderr; exit 3")
                .withStdin(Bytes.utf8("in\n"));

        Run run = run(as(command));

        assertThat(run.result().exitCode()).isEqualTo(3);
        assertThat(run.text()).isEqualTo("in\nin\nmore\n");
        assertThat(new String(run.stderr())).isEqualTo("err\n");
    }

    @Test
    @Tag("A53")
    void runsTheScriptThatWasSent_whichItsUserCannotChange() {
        String body = "#!/bin/sh\n(chmod 700 $0; echo 'echo swapped' >$0) 2>/dev/null\ncat $0\nexit 5\n";
        Run run = run(as(Command.script(Bytes.utf8(body), List.of())));

        assertThat(run.result().exitCode()).isEqualTo(5);
        assertThat(run.text()).isEqualTo(body);
    }

    @Test
    @Tag("A53")
    @Tag("A57")
    void reachesNoDirectoryOfTheAgent_norItsProcess() throws IOException {
        // Not by luck of where the test keeps its files.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Run other = run(Command.shell("echo secret; exec sleep 60"));
        other.says("secret");
        long agent = ProcessHandle.current().pid();
        String reach = String.join(
                "; ",
                "ls " + jobs,
                "ls " + jobs.resolve(other.job.toString()),
                "cat " + jobs.resolve(other.job.toString()).resolve("stdout"),
                "mkdir " + jobs.resolve("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
                "ln -s /etc/passwd " + jobs.resolve("planted"),
                "echo x >" + jobs.resolve(".pipes/pipe-0"),
                "kill -0 " + agent,
                "kill -9 " + other.pid(),
                "cat /proc/" + agent + "/environ");

        Run run = run(as(Command.shell("for try in 1; do " + reach + "; done; echo end; ls " + directory)));

        run.result();
        assertThat(run.text()).isEqualTo("end\njobs\n");
        assertThat(new String(run.stderr()).lines().filter(line -> !line.isEmpty()))
                .hasSize(9)
                .allMatch(line -> line.matches("(?i).*(permission denied|operation not permitted).*"));
        assertThat(other.ends()).isEmpty();
        other.cancel();
        other.result();
    }

    @Test
    @Tag("A57")
    void gainsNothing_bySetUserIdPrograms() throws IOException {
        Path id = Path.of("/tmp", "qcmd-" + minion);
        Files.copy(Path.of("/usr/bin/id"), id);
        try {
            Files.setPosixFilePermissions(id, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setAttribute(id, "unix:mode", 0104755);
            Process free = new ProcessBuilder(
                            "setpriv", "--reuid=" + USER, "--clear-groups", "--reset-env", id.toString())
                    .redirectErrorStream(true)
                    .start();
            // Who is not held gains it, or there is nothing to hold back from: some mounts take no such programs.
            assumeThat(free.inputReader().lines().collect(Collectors.joining())).contains("euid=0(root)");
            Run run = run(as(Command.exec(List.of(id.toString()))));

            run.result();
            assertThat(run.text()).contains(USER).doesNotContain("root");
        } finally {
            Files.delete(id);
        }
    }

    @Test
    @Tag("F48")
    void rejects_whatThatUserMayNot_andWhoIsNotThere() throws IOException {
        Path mine = Files.writeString(directory.resolve("mine"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwx------"));
        Map<Command, String> hopeless = Map.of(
                Command.shell("true").withUser("no-such-user"), "'no-such-user': this host knows nobody",
                as(Command.exec(List.of(mine.toString()))), "Permission denied",
                as(Command.shell("true").withCwd(jobs.toString())), "cwd: Permission denied");

        hopeless.forEach((command, reason) -> {
            Return result = result(command);
            assertThat(result.state()).isEqualTo(TargetState.REJECTED);
            assertThat(result.reason()).startsWith("spawn: ").contains(reason);
        });
        assertThat(result(as(Command.shell("exit 127"))).state()).isEqualTo(TargetState.FAILED);
        assertThat(result(as(Command.shell("exit 126"))).exitCode()).isEqualTo(126);
    }

    @Test
    @Tag("F41")
    void isKilledWithAllItsProcesses() {
        Run run = run(as(shell("(setsid sleep 60 &); nohup sleep 60 & echo ready; sleep 60", 500)));

        assertThat(run.result().state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(run.text()).isEqualTo("ready\n");
        assertThat(processes()).isEmpty();
    }

    @Test
    @Tag("F47")
    void executesNothing_whenTheCancelComesWhileTheUserIsLookedFor() throws IOException {
        Path ran = directory.resolve("ran");
        useInstead("getent", "while ! [ -e " + directory + "/go ]; do sleep 0.05; done; exec /usr/bin/getent \"$@\"");
        Run run = run(as(Command.shell("echo x > " + ran)));
        awaitTheFile("asked");

        run.cancel();
        Files.createFile(directory.resolve("go"));

        assertThat(run.result().state()).isEqualTo(TargetState.REJECTED);
        assertThat(run.result().reason()).isEqualTo("cancelled before it was started");
        assertThat(ran).doesNotExist();
    }

    @Test
    @Tag("F47")
    void saysThatNothingWasExecuted_whenWhatStandsBeforeItIsKilled() throws IOException {
        useInstead("setpriv", "exec sleep 60");
        Run cancelled = run(as(Command.shell("true")));
        awaitTheFile("asked");
        cancelled.cancel();
        Run late = run(as(shell("true", 300)));

        assertThat(cancelled.result().state()).isEqualTo(TargetState.REJECTED);
        assertThat(cancelled.result().reason()).isEqualTo("cancelled before it was started");
        assertThat(late.result().state()).isEqualTo(TargetState.REJECTED);
        assertThat(late.result().reason()).isEqualTo("over its timeout of 300 ms before it was started");
    }

    /** A program of the agent is another one that leaves the file "asked". */
    private void useInstead(String program, String line) throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path path = Files.writeString(bin.resolve(program), "#!/bin/sh\n: >" + directory + "/asked\n" + line + "\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        runner.close();
        runner = newRunner(Duration.ofMillis(300), bin + ":" + PATH);
    }

    private void awaitTheFile(String name) {
        await().until(() -> Files.exists(directory.resolve(name)));
    }

    @Test
    void refusesOtherUsers_whereItCannotBecomeThem() {
        Optional<Path> some = Optional.of(Path.of("/bin/true"));
        assertThat(new Accounts(some, some, true).refusal()).isEmpty();
        assertThat(new Accounts(some, some, false).refusal()).get().asString().contains("does not run as root");
        assertThat(new Accounts(Optional.empty(), some, true).refusal())
                .get()
                .asString()
                .contains("setpriv (package util-linux)");
        assertThat(new Accounts(some, Optional.empty(), true).refusal())
                .get()
                .asString()
                .contains("getent");
    }

    private static Command as(Command command) {
        return command.withUser(USER);
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
