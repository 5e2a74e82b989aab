package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.qcmd.client.RunSpec;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.TargetState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands as another user, from the command line to the process and back. Needs root, to become somebody else. */
@Timeout(120)
class UserSwitchIT {
    @TempDir
    static Path directory;

    private static House house;
    private static Program agent;

    @BeforeAll
    @Timeout(120)
    static void open() {
        assumeThat(HostUser.canSwitch())
                .as("needs root and setpriv, to become another user")
                .isTrue();
        house = new House(directory);
        house.startBus();
        agent = house.startAgent("web1", Map.of("QCMD_TEST_SECRET", "word"), "kill_grace: 1s");
        house.awaitUp("web1");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        if (house != null) {
            house.close();
        }
    }

    @Test
    @Tag("A57")
    void run_becomesThatUserForGood() {
        House.Answer answer = house.qcmd(
                "run", "web1", "--user", "nobody", "--", "id -un; echo $USER; grep NoNewPrivs /proc/self/status");

        assertThat(answer.exit()).as("%s", answer).isZero();
        assertThat(answer.out()).isEqualTo("web1: nobody\nweb1: nobody\nweb1: NoNewPrivs:\t1\n");
        assertThat(house.qcmd("run", "web1", "--", "id -un").out()).isEqualTo("web1: root\n");
    }

    @Test
    @Tag("A53")
    void aScript_withInput_isCarriedAcross() {
        TargetResult result = house.result(asNobody(house.run("web1")
                .script(
                        "#!/bin/sh\necho \"$1\"; cat; cat /dev/stdin; echo out >/dev/stdout; id -un; exit 3\n",
                        "it's $HOME")
                .stdin("in\n".getBytes(StandardCharsets.UTF_8))));

        assertThat(result)
                .isInstanceOfSatisfying(
                        TargetResult.Failed.class,
                        end -> assertThat(end.exitCode()).isEqualTo(3));
        assertThat(result.output().stdout().utf8()).isEqualTo("it's $HOME\nin\nin\nout\nnobody\n");
    }

    @Test
    @Tag("A45")
    @Tag("A57")
    void theAgentIsOutOfReach() {
        TargetResult result = house.result(asNobody(house.run("web1")
                .shell("cat /proc/" + agent.pid() + "/environ; kill -9 " + agent.pid() + "; kill -9 $PPID;" + " ls "
                        + house.agentData("web1") + "; env | grep -E 'JAVA|LD_|SECRET'; echo end")));
        assertThat(Processes.mentioning("QCMD_TEST_SECRET=word"))
                .as("the agent has it")
                .anyMatch(process -> process.startsWith(agent.pid() + ": "));

        assertThat(result.output().stdout().utf8()).isEqualTo("end\n");
        assertThat(agent.isAlive()).isTrue();
        house.awaitUp("web1");
    }

    @Test
    @Tag("F48")
    void aUserWhoIsNotThere_isRejected_andNothingWasExecuted() {
        TargetResult result = house.result(house.run("web1").shell("true").user("no-such-user"));

        assertThat(result.state()).isEqualTo(TargetState.REJECTED);
        assertThat(result.executed()).isEqualTo(Executed.NO);
        assertThat(result.reason()).contains("'no-such-user': this host knows nobody of that name");
    }

    @Test
    @Tag("F41")
    void atItsTimeout_everyProcessOfThatUserIsKilled() {
        TargetResult result = house.result(asNobody(house.run("web1")
                .shell("(setsid sleep 300 &); trap '' TERM; echo ready; while :; do sleep 0.2; done")
                .timeout(Duration.ofSeconds(1))));

        assertThat(result).isInstanceOf(TargetResult.TimedOut.class);
        Processes.awaitNoneOf(house.newestJob().job());
    }

    private static RunSpec asNobody(RunSpec run) {
        return run.user("nobody");
    }
}
