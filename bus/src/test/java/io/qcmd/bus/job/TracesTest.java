package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.store.Await;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import io.qcmd.protocol.Trace.Kind;
import io.qcmd.protocol.TraceQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told of the way of one target; times are seconds after the start. */
class TracesTest {
    private final Rooms bus = Rooms.open().enrol("web-1", "web-2");

    @Test
    void aSuccess_hasEveryStepWithItsTime() {
        FakeAgent agent = bus.agent("web-1");
        bus.advance(Duration.ofSeconds(1));
        JobId job = bus.job("web-1");
        bus.advance(Duration.ofSeconds(1));
        agent.say(new Report.Ready(job));
        bus.advance(Duration.ofSeconds(1));
        agent.say(new Report.Started(job));
        bus.advance(Duration.ofSeconds(1));
        agent.succeeded(job);

        Trace trace = trace(bus, job);
        assertThat(trace.state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(steps(trace))
                .containsExactly(
                        "RELEASED 1", "QUEUED 1", "OFFERED 1", "READY 2", "GO 2", "STARTED 3", "ENDED 4", "SETTLED -");
        assertThat(text(trace, Kind.ENDED)).isEqualTo("SUCCEEDED: exit 0 after 1 ms");
        assertThat(text(trace, Kind.QUEUED)).isEqualTo("its TTL is 30 s, until " + at(31));
        assertThat(text(trace, Kind.SETTLED)).isEqualTo("row 1 of the ledger, executed yes");
    }

    @Test
    void aStartThatCameWithItsEnd_hasNoTime() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job)).succeeded(job);

        assertThat(steps(trace(bus, job))).contains("STARTED -");
    }

    @Test
    void expired_saysSinceWhenTheMinionWasDown() {
        FakeAgent agent = bus.agent("web-1");
        bus.advance(Duration.ofSeconds(5));
        agent.dispose();
        bus.advance(Duration.ofSeconds(5));
        JobId job = bus.job("web-1");
        bus.advance(Duration.ofSeconds(40));

        Trace trace = trace(bus, job);
        assertThat(steps(trace)).containsExactly("RELEASED 10", "QUEUED 10", "ENDED 40", "SETTLED -");
        assertThat(text(trace, Kind.ENDED))
                .isEqualTo("EXPIRED: its TTL of 30 s ended at " + at(40) + "; the minion had no session; down since "
                        + at(5));
    }

    @Test
    void expired_saysNothingOfASessionThatCameLater() {
        JobId job = bus.job("web-1");
        bus.advance(Duration.ofSeconds(40));
        bus.agent("web-1");

        assertThat(text(trace(bus, job), Kind.ENDED)).endsWith("the minion had no session");
    }

    @Test
    void dropped_saysByWhichJob() {
        JobId oldest = bus.job("web-1");
        bus.job("web-1");
        bus.job("web-1");
        JobId newest = bus.job("web-1");

        assertThat(text(trace(bus, oldest), Kind.ENDED))
                .isEqualTo("DROPPED: drop-oldest; channel_capacity 3 was reached; evicted by job " + newest);
    }

    @Test
    void offers_areCounted() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        bus.advance(Duration.ofSeconds(2));
        agent.dispose();
        bus.agent("web-1");

        Trace trace = trace(bus, job);
        assertThat(steps(trace)).containsExactly("RELEASED 0", "QUEUED 0", "OFFERED 2", "NOW 2");
        assertThat(text(trace, Kind.OFFERED)).contains("for the 2. time");
        assertThat(text(trace, Kind.NOW)).isEqualTo("OFFERED: waits for READY of its agent");
    }

    @Test
    void whatWaits_saysWhatFor() {
        JobId down = bus.job("web-1");
        assertThat(text(trace(bus, down), Kind.NOW)).isEqualTo("QUEUED: its minion is down since " + at(0));
        bus.agent("web-2");
        JobId first = bus.job("web-2");
        JobId second = bus.job("web-2");
        assertThat(text(trace(bus, second, "web-2"), Kind.NOW))
                .isEqualTo("QUEUED: job " + first + " is offered, and comes first; 1 in its Channel");
    }

    @Test
    void whatRuns_saysWhenItIsLost() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job), new Report.Started(job));

        assertThat(text(trace(bus, job), Kind.NOW))
                .isEqualTo("RUNNING: no end was told yet; without one it is LOST at " + at(135));
    }

    @Test
    void lostAndRevised_isToldWithBoth() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job));
        bus.advance(Duration.ofSeconds(140));
        agent.succeeded(job);

        Trace trace = trace(bus, job);
        assertThat(trace.state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(steps(trace)).containsSubsequence("GO 0", "ENDED 135", "SETTLED -", "REVISED 140", "SETTLED -");
        assertThat(text(trace, Kind.ENDED)).startsWith("LOST: its time for an end was over at " + at(135));
        assertThat(text(trace, Kind.REVISED)).isEqualTo("SUCCEEDED: exit 0 after 1 ms; told late by its agent");
    }

    @Test
    void whatCouldNotBeStarted_saysWhy() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(
                new Report.Ready(job),
                new Report.Done(Return.without(job, TargetState.REJECTED, "cannot run /no/such: no such file")));

        Trace trace = trace(bus, job);
        assertThat(text(trace, Kind.ENDED))
                .isEqualTo("REJECTED: it could not be started; cannot run /no/such: no such file");
        assertThat(text(trace, Kind.SETTLED)).endsWith("executed no");
        assertThat(steps(trace)).noneMatch(step -> step.startsWith("STARTED"));
    }

    @Test
    void afterAStartOfTheBus_whatCameBeforeIsNotKnown() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job));
        bus.advance(Duration.ofSeconds(3));
        bus.crash();
        agent.vanish();
        Rooms next = Rooms.over(bus.store, bus.time);
        next.agent("web-1");

        assertThat(steps(trace(next, job)))
                .as("absent in the same epoch: never started")
                .containsExactly("RELEASED 0", "QUEUED 0", "RECOVERED 3", "OFFERED 3", "NOW 3");
    }

    @Test
    void aMinionThatIsNoTarget_isRefused() {
        JobId job = bus.job("web-1");

        assertThatThrownBy(() -> trace(bus, job, "web-2"))
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST));
        assertThatThrownBy(() -> trace(bus, JobId.of(1, 2, 3)))
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.JOB_NOT_FOUND));
    }

    private static Trace trace(Rooms bus, JobId job) {
        return trace(bus, job, "web-1");
    }

    private static Trace trace(Rooms bus, JobId job, String minion) {
        return Await.value(bus.traces.explain(new TraceQuery(job, new MinionId(minion))));
    }

    private static List<String> steps(Trace trace) {
        return trace.steps().stream()
                .map(step -> step.kind() + " " + seconds(step.at()))
                .toList();
    }

    private static String seconds(@Nullable Long at) {
        return at == null ? "-" : String.valueOf((at - Rooms.START) / 1_000);
    }

    private static String at(long seconds) {
        return Instant.ofEpochMilli(Rooms.START + seconds * 1_000).toString();
    }

    private static String text(Trace trace, Kind kind) {
        return trace.steps().stream()
                .filter(step -> step.kind() == kind)
                .map(Trace.Step::text)
                .findFirst()
                .orElse("");
    }
}
