package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.store.Await;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bus dies, and another one starts over the same store. */
class RecoveryTest {
    private static final MinionId WEB1 = new MinionId("web-1");

    private final Rooms before = Rooms.open().enrol("web-1", "web-2", "web-3");

    @Test
    void neverConnected_isQueuedAgain_inOrderOfAcceptance_withTheTimeItHas() {
        JobId first = before.job("web-1");
        JobId second = before.job("web-1");
        before.advance(Duration.ofSeconds(20));

        Rooms bus = restart();

        assertThat(state(bus, first)).isEqualTo(TargetState.QUEUED);
        FakeAgent agent = bus.agent("web-1");
        agent.say(new Report.Ready(first)).ask();
        assertThat(agent.messages).extracting(message -> message.job()).containsExactly(first, second);
        bus.advance(Duration.ofSeconds(10));
        assertThat(bus.fate(second, "web-1").state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    void neverConnected_andOutOfTimeWhenTheBusIsBack_expiresForThat() {
        JobId job = before.job("web-1");
        before.advance(Duration.ofSeconds(31));

        Rooms bus = restart();

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.EXPIRED);
        assertThat(bus.fate(job, "web-1").reason()).isEqualTo("the minion had no session");
    }

    @Test
    void connectedSinceItsRelease_mayHaveGotGo_andWaitsForHello() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-1");
        agent.say(new Report.Ready(job));

        Rooms bus = restart(agent);

        assertThat(state(bus, job)).isEqualTo(TargetState.ACCEPTED);
        assertThat(bus.topics.topic(WEB1).channel().queued()).isZero();
        bus.advance(Duration.ofSeconds(40));
        assertThat(state(bus, job))
                .as("its time in the Channel is over, and it may run")
                .isEqualTo(TargetState.ACCEPTED);
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, false));
        assertThat(next.verdicts()).extracting(Verdict::kind).containsExactly(Verdict.Kind.KEEP);
        next.succeeded(job);
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    void connectedSinceItsRelease_andProvedNotToHaveStarted_isOfferedAgain() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-1");

        Rooms bus = restart(agent);

        assertThat(bus.agent("web-1").messages)
                .extracting(message -> message.job())
                .containsExactly(job);
    }

    @Test
    void journalLostMeanwhile_isInterrupted() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-1");
        agent.say(new Report.Ready(job));

        Rooms bus = restart(agent);
        FakeAgent.connect(bus.gate, WEB1).hello("epoch-2");

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.INTERRUPTED);
    }

    @Test
    @Tag("F32")
    void olderCopyOfAJournal_isKnown_afterTheSessionHasEnded() {
        FakeAgent agent =
                FakeAgent.connect(before.gate, WEB1).hello("epoch-1", 7).ask();
        JobId job = before.job("web-1");
        agent.say(new Report.Ready(job), new Report.Journaled(9));
        before.advance(Duration.ofMillis(1));
        agent.dispose();

        Rooms bus = restart();
        FakeAgent older = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 8);

        assertThat(older.failed())
                .isInstanceOfSatisfying(
                        QcmdException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.JOURNAL_OUTDATED));
        assertThat(state(bus, job)).isEqualTo(TargetState.ACCEPTED);
    }

    @Test
    @Tag("F32")
    void olderCopyOfAJournal_isKnown_fromItsHello_whenTheBusDiedToo() {
        FakeAgent agent = FakeAgent.connect(before.gate, WEB1).hello("epoch-1", 7);

        Rooms bus = restart(agent);
        FakeAgent older = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 6);

        assertThat(older.failed()).isNotNull();
        assertThat(bus.fleet.session(WEB1)).isEmpty();
    }

    @Test
    void sessionThatEndedBeforeTheRelease_gaveNoGo() {
        FakeAgent agent = before.agent("web-1");
        before.advance(Duration.ofMillis(1));
        agent.dispose();
        before.advance(Duration.ofMillis(1));
        JobId job = before.job("web-1");

        Rooms bus = restart();

        assertThat(state(bus, job)).isEqualTo(TargetState.QUEUED);
    }

    @Test
    void notSeenSinceAnEarlierCrash_gotNoGo() {
        FakeAgent agent = before.agent("web-1");
        Rooms between = restart(agent);
        between.advance(Duration.ofMillis(1));
        JobId job = between.job("web-1");

        Rooms bus = restart(between);

        assertThat(state(bus, job)).isEqualTo(TargetState.QUEUED);
    }

    /** Nothing but the job itself tells how far bus time had come. */
    @Test
    void releasedBeforeTheFirstOfTwoCrashes_mayHaveGotGoAfterTheLastTimeOnDisk_still() {
        FakeAgent agent = before.agent("web-1");
        before.advance(Duration.ofSeconds(1));
        JobId job = before.job("web-1");
        before.advance(Duration.ofSeconds(5));
        agent.say(new Report.Ready(job));
        Rooms between = restart(agent);
        between.advance(Duration.ofSeconds(5));

        Rooms bus = restart(between);

        assertThat(state(bus, job)).isEqualTo(TargetState.ACCEPTED);
    }

    @Test
    void sessionThatTookThePlaceOfAHalfOpenOne_countsAsLive() {
        FakeAgent halfOpen = before.agent("web-1");
        before.advance(Duration.ofSeconds(1));
        halfOpen.vanish();
        FakeAgent agent = FakeAgent.connect(before.gate, WEB1);
        before.advance(Duration.ofSeconds(2));
        agent.hello("epoch-1").read();
        agent.ask();
        before.advance(Duration.ofSeconds(1));
        JobId job = before.job("web-1");
        agent.say(new Report.Ready(job));

        Rooms bus = restart(agent);

        assertThat(state(bus, job)).isEqualTo(TargetState.ACCEPTED);
    }

    @Test
    void nobodyComesBack_isLostOrExpires() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-1,web-2");

        Rooms bus = restart(agent);
        bus.advance(Duration.ofMinutes(5));

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.LOST);
        assertThat(bus.fate(job, "web-2").state()).isEqualTo(TargetState.EXPIRED);
        assertThat(Await.value(bus.store.job(job)).endedAt()).isPositive();
        assertThat(bus.accounting.liveJobs()).isZero();
    }

    @Test
    void cancelWanted_isNotForgotten() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-1,web-2");
        agent.say(new Report.Ready(job), new Report.Started(job));
        before.cancel(job, new CancelWish("wrong disk", 700L), "web-1");

        Rooms bus = restart(agent);
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, false));

        assertThat(next.controls).last().isEqualTo(new Control.Cancel(job, 700L));
        assertThat(next.verdicts()).extracting(Verdict::kind).containsExactly(Verdict.Kind.CANCEL);
        assertThat(state(bus, job)).isEqualTo(TargetState.RUNNING);
        assertThat(bus.accounting.live(job).flatMap(live -> live.state(new MinionId("web-2"))))
                .contains(TargetState.QUEUED);
    }

    @Test
    void endsAreNotForgotten_andCountWithTheOthers() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-*");
        agent.say(new Report.Ready(job)).succeeded(job);

        Rooms bus = restart(agent);

        assertThat(bus.accounting.live(job).orElseThrow().counts().byState())
                .containsEntry(TargetState.SUCCEEDED, 1)
                .containsEntry(TargetState.QUEUED, 2);
        bus.cancel(job);
        assertThat(Await.value(bus.store.job(job)).endedAt())
                .as("the last end is known as the last")
                .isEqualTo(bus.clock.millis());
    }

    @Test
    void outputGoesOn_whereItWasCommitted() {
        FakeAgent agent = before.agent("web-1");
        JobId job = before.job("web-1");
        agent.say(new Report.Ready(job)).output(job, 0, "abc");

        Rooms bus = restart(agent);
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, true));

        assertThat(next.verdicts()).extracting(Verdict::stdout).containsExactly(3L);
        next.output(job, 3, "de").say(new Report.Done(FakeAgent.succeeded(job, 5)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    void acceptanceOrder_goesOn() {
        before.job("web-1");

        Rooms bus = restart();
        bus.job("web-1");

        assertThat(Await.values(bus.store.newest(9)))
                .extracting(job -> job.order())
                .isEqualTo(List.of(2L, 1L));
    }

    private static Rooms restart(Rooms bus) {
        bus.crash();
        return Rooms.over(bus.store, bus.time);
    }

    private Rooms restart(FakeAgent... connected) {
        before.crash();
        List.of(connected).forEach(FakeAgent::vanish);
        return Rooms.over(before.store, before.time);
    }

    private static TargetState state(Rooms bus, JobId job) {
        return bus.accounting.live(job).flatMap(live -> live.state(WEB1)).orElseThrow();
    }
}
