package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code minions tap} beside a minion that does its work. */
@Timeout(120)
class TapIT {
    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus("taps_per_topic: 1");
        house.startAgent("web1");
        house.awaitUp("web1");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void showsEachCommandOnItsWay_untilItIsInterrupted_andMakesRoomForTheNext() {
        run("echo before");
        try (Program tap = house.start("minions", "tap", "web1")) {
            awaitOpen(tap);
            run("echo one");
            run("echo two");
            await().atMost(House.LIMIT).until(() -> tap.out().lines().count() == 2);
            assertThat(tap.out().lines())
                    .satisfiesExactly(
                            one -> assertThat(one).contains("  expires in ", "sh -c 'echo one'"),
                            two -> assertThat(two).contains("sh -c 'echo two'"));

            House.Answer second = house.qcmd("minions", "tap", "web1");
            assertThat(second.exit()).as("%s", second).isEqualTo(6);
            assertThat(second.err()).contains("taps_per_topic");

            tap.interrupt();
            assertThat(tap.exit(House.LIMIT)).as("%s", tap).isEqualTo(130);
        }
        try (Program tap = house.start("-o", "jsonl", "minions", "tap", "web1")) {
            awaitOpen(tap);
            run("echo three");
            await().atMost(House.LIMIT).until(() -> tap.out().endsWith("\n"));
            assertThat(tap.out()).contains("\"type\":\"message\"", "\"argv\":[\"echo three\"]");
        }
    }

    @Test
    void knowsWhoIsNotThere() {
        House.Answer answer = house.qcmd("minions", "tap", "web9");
        assertThat(answer.exit()).as("%s", answer).isEqualTo(2);
        assertThat(answer.err()).contains("web9");
    }

    /** The tap of an earlier reader is closed when the bus has seen that its connection is gone; until then the answer is BUSY, and the program ends. */
    private static void awaitOpen(Program tap) {
        await().atMost(House.LIMIT).until(() -> tap.err().contains("is open"));
    }

    private static void run(String line) {
        TargetResult result = house.result(house.run("web1").shell(line));
        assertThat(result.state()).isEqualTo(TargetState.SUCCEEDED);
    }
}
