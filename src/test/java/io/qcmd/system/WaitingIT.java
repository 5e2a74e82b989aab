package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a minion that does not take it: it expires, is dropped or cancelled, and then never runs; or it runs later, in order. */
@Timeout(120)
class WaitingIT {
    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        // An agent that does not answer an offer for so long loses its connection, well before the 4 s in which a
        // command of 8 s expires.
        house.startBus("channel_capacity: 4", "ack_timeout: 2s");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    @Tag("F18")
    void aCommandForAFrozenAgent_expires_andDoesNotRunWhenTheAgentGoesOn() {
        Program agent = house.startAgent("frozen");
        house.awaitUp("frozen");
        agent.freeze();

        try (Program first = house.start("run", "frozen", "--timeout", "8s", "--", touch("frozen-first"))) {
            // The agent asked for work before it froze: the first message is emitted, and lies in its socket.
            await().atMost(House.LIMIT)
                    .until(() -> house.minion("frozen").channel().slot() != null);
            StartedJob second =
                    start(house.run("frozen").shell(touch("frozen-second")).timeout(Duration.ofSeconds(8)));
            await().atMost(House.LIMIT).until(() -> house.minion("frozen").presence() == Presence.DOWN);

            assertThat(first.exit(House.LIMIT)).as("%s", first).isEqualTo(4);
            assertThat(first.err()).contains("frozen EXPIRED", "executed no");
            JobInfo expired = House.answer(house.client().job("@-2").info());
            assertThat(expired.endedAt() - expired.acceptedAt()).isBetween(4_000L, 6_000L);
            assertThat(end(second).state()).isEqualTo(TargetState.EXPIRED);
            assertThat(house.minion("frozen").channel().expired()).isEqualTo(2);
        }
        agent.thaw();
        house.awaitUp("frozen");
        assertRuns("frozen");
        assertThat(house.file("frozen-first")).doesNotExist();
        assertThat(house.file("frozen-second")).doesNotExist();
    }

    @Test
    @Tag("F18")
    void aCommandInTheSocketOfAFrozenAgent_isVoid_whenTheAgentWakesOnTheSameConnection() {
        Program agent = house.startAgent("napping");
        house.awaitUp("napping");
        agent.freeze();

        StartedJob job = start(house.run("napping").shell(touch("napping")).timeout(Duration.ofSeconds(1)));
        TargetResult end = end(job);
        assertThat(House.answer(job.trace("napping")).steps())
                .extracting(Trace.Step::kind)
                .contains(Trace.Kind.OFFERED);
        agent.thaw();

        assertThat(end.state()).isEqualTo(TargetState.EXPIRED);
        assertThat(end.executed()).isEqualTo(Executed.NO);
        assertRuns("napping");
        assertThat(house.file("napping")).doesNotExist();
    }

    @Test
    @Tag("F55")
    void aFullChannel_dropsTheOldest_andTheOthersRunInOrderLater() throws IOException {
        house.startAgent("away", "slots: 1");
        house.awaitUp("away");
        house.stopAgent("away");

        Path order = house.file("order");
        List<StartedJob> jobs = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            jobs.add(start(house.run("away").shell("echo " + i + " >> " + order).expire(Duration.ofMinutes(2))));
        }

        assertThat(end(jobs.get(0)).state()).isEqualTo(TargetState.DROPPED);
        assertThat(end(jobs.get(1)).state()).isEqualTo(TargetState.DROPPED);
        assertThat(end(jobs.get(1)).executed()).isEqualTo(Executed.NO);
        assertThat(house.qcmd("minions", "show", "away").out())
                .contains("channel 4/4 · slot – · dropped 2 · expired 0");

        house.startAgent("away", "slots: 1");
        for (StartedJob job : jobs.subList(2, 6)) {
            assertThat(end(job).state()).isEqualTo(TargetState.SUCCEEDED);
        }
        assertThat(Files.readAllLines(order)).containsExactly("3", "4", "5", "6");
    }

    @Test
    void aCancelledCommandOfAnAgentThatIsDown_neverRuns() {
        house.startAgent("off");
        house.awaitUp("off");
        house.stopAgent("off");

        try (Program run = house.start("run", "off", "--", touch("off"))) {
            await().atMost(House.LIMIT)
                    .until(() -> house.minion("off").channel().queued() == 1);
            House.Answer cancel = house.qcmd("-o", "jsonl", "cancel", "@last");
            assertThat(cancel.out()).as("%s", cancel).contains("\"effect\":\"FENCED\"", "\"state\":\"CANCELLED\"");

            assertThat(run.exit(House.LIMIT)).as("%s", run).isEqualTo(7);
            assertThat(run.err()).contains("off CANCELLED", "executed no");
        }
        assertThat(house.newestJob().status()).isEqualTo(JobStatus.CANCELLED);

        house.startAgent("off");
        house.awaitUp("off");
        assertRuns("off");
        assertThat(house.file("off")).doesNotExist();
    }

    private static String touch(String marker) {
        return "touch " + house.file(marker);
    }

    private static StartedJob start(RunSpec run) {
        return House.answer(run.start());
    }

    private static TargetResult end(StartedJob job) {
        return House.answer(job.results().single());
    }

    /** What came before it has been handed over by then, in this order. */
    private static void assertRuns(String minion) {
        assertThat(house.result(house.run(minion).shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
    }
}
