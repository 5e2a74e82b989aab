package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.store.Await;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import io.qcmd.transport.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is let in, what is taken from whom, and what the end of a session means. */
class AgentGateTest {
    private static final MinionId WEB1 = new MinionId("web-1");

    private final Rooms bus = Rooms.open().enrol("web-1");

    @Test
    void stranger_isEnrolledOnFirstContact() {
        bus.agent("db-1");

        assertThat(bus.fleet.known()).isEqualTo(2);
        assertThat(bus.submit("db-1").matched()).isEqualTo(1);
    }

    @Test
    void enrolmentThatWasCutOff_canBeDoneAgain() {
        Rooms other = Rooms.over(bus.store, bus.time);
        bus.enrol("db-1");

        other.enrol("db-1");

        assertThat(other.submit("db-1").matched()).isEqualTo(1);
    }

    @Test
    void anythingBeforeHello_closes() {
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1);

        agent.say(new Report.Ready(new JobId(0, 1)));

        assertThat(code(agent.failed())).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(agent.isConnected()).isFalse();
    }

    @Test
    void commandsBeforeHello_areRefused() {
        bus.job("web-1");
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1);

        agent.ask();

        assertThat(agent.messages).isEmpty();
        assertThat(agent.isConnected()).isFalse();
    }

    @Test
    void helloThatNeverComes_closes_andIsCounted() {
        FakeAgent silent = FakeAgent.connect(bus.gate, WEB1);
        FakeAgent slow = FakeAgent.connect(bus.gate, new MinionId("web-2"));
        FakeAgent honest = bus.agent("web-3");
        bus.advance(Rooms.HELLO_TIMEOUT.minusSeconds(1));
        slow.say(FakeAgent.page("epoch-1", false, new Hello.Entry(new JobId(0, 1), false)));
        assertThat(silent.isConnected()).isTrue();

        bus.advance(Duration.ofSeconds(1));

        assertThat(code(silent.failed())).isEqualTo(ErrorCode.TIMED_OUT);
        assertThat(slow.isConnected()).as("a page is not all of it").isFalse();
        assertThat(honest.isConnected()).isTrue();
        assertThat(bus.violations.total(Violation.HELLO_LATE)).isEqualTo(2);
    }

    @Test
    void helloInTime_isNotTimedAnyMore() {
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1);
        bus.advance(Rooms.HELLO_TIMEOUT.minusSeconds(1));

        agent.hello("epoch-1");
        bus.advance(Rooms.HELLO_TIMEOUT);

        assertThat(agent.isConnected()).isTrue();
        assertThat(bus.violations.total()).isZero();
    }

    @Test
    void ofManyThatSayNoHello_onlyTheNewestMayGoOn() {
        List<FakeAgent> many = IntStream.range(0, 5)
                .mapToObj(i -> FakeAgent.connect(bus.gate, WEB1))
                .toList();
        FakeAgent other = FakeAgent.connect(bus.gate, new MinionId("web-2"));

        bus.advance(Duration.ofSeconds(1));

        assertThat(many).extracting(FakeAgent::isConnected).containsExactly(false, false, false, false, true);
        assertThat(other.isConnected()).isTrue();
        assertThat(bus.violations.total(Violation.HELLO_LATE)).isEqualTo(4);
        many.get(4).hello("epoch-1");
        assertThat(bus.fleet.session(WEB1)).isPresent();
    }

    @Test
    void whoKnowsAName_cannotKeepItsAgentOut_byComingAgainAndAgain() {
        for (int i = 0; i < 3; i++) {
            FakeAgent agent = FakeAgent.connect(bus.gate, WEB1);
            FakeAgent.connect(bus.gate, WEB1);
            FakeAgent.connect(bus.gate, WEB1);

            agent.hello("epoch-1");

            assertThat(agent.isConnected()).isTrue();
            agent.dispose();
        }
    }

    @Test
    void sessionThatIsGone_isNotCounted_forItsHello() {
        FakeAgent.connect(bus.gate, WEB1).dispose();

        bus.advance(Rooms.HELLO_TIMEOUT);

        assertThat(bus.violations.total()).isZero();
    }

    @Test
    void helloAfterHello_closes() {
        FakeAgent agent = bus.agent("web-1");

        agent.hello("epoch-1");

        assertThat(code(agent.failed())).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(agent.isConnected()).isFalse();
    }

    @Test
    void emptyPageOfHello_beforeTheLast_closes() {
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1);

        agent.say(FakeAgent.page("epoch-1", false));

        assertThat(agent.isConnected()).isFalse();
    }

    @Test
    @Tag("F35")
    void fleetThatHasGrown_isToldItsSpreadAgain_withTheNextHealth() {
        FakeAgent first = bus.agent("web-1");
        Report.Health healthy = new Report.Health(0, 1, 0, 4, 4, 0);
        first.say(healthy);
        bus.advance(Duration.ofSeconds(1));
        assertThat(first.controls).isEmpty();

        // At 1,000 a second they take 3 s.
        bus.enrol(IntStream.range(0, 2_999).mapToObj(n -> "db-" + n).toArray(String[]::new));
        first.say(healthy).say(healthy);
        bus.advance(Duration.ofSeconds(1));

        assertThat(first.controls).containsExactly(new Control.Reconciled("test", 3_000, List.of(), false));
        assertThat(first.isConnected()).isTrue();
    }

    @Test
    void tooManyEntries_close() {
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1);
        Hello.Entry[] page = IntStream.range(0, Limits.HELLO_PAGE)
                .mapToObj(n -> new Hello.Entry(new JobId(0, n), true))
                .toArray(Hello.Entry[]::new);

        for (int n = 0; n <= Limits.HELLO_ENTRIES / Limits.HELLO_PAGE; n++) {
            assertThat(agent.isConnected()).isTrue();
            agent.say(FakeAgent.page("epoch-1", false, page));
        }

        assertThat(code(agent.failed())).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    }

    @Test
    void oneRequest_getsOneMessage() {
        FakeAgent agent = bus.agent("web-1");
        JobId first = bus.job("web-1");
        bus.job("web-1");
        assertThat(agent.messages).hasSize(1);

        agent.say(new Report.Ready(first));
        assertThat(agent.messages).hasSize(1);
        agent.ask();

        assertThat(agent.messages).hasSize(2);
    }

    @Test
    void settled_isToldAtTheNextHealth_ifNothingElseIsSaid() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job)).succeeded(job).read();
        assertThat(agent.read()).isEmpty();

        agent.healthy();

        assertThat(agent.read()).containsExactly(new Control.Settled(List.of(job)));
    }

    @Test
    void settled_ridesWithTheNextGo() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job)).ask().succeeded(job).read();

        JobId next = bus.job("web-1");
        assertThat(agent.read()).isEmpty();
        agent.say(new Report.Ready(next));

        assertThat(agent.read())
                .containsExactly(new Control.Settled(List.of(job)), new Control.Go(next, Limits.FIRST_WINDOW));
    }

    @Test
    void settled_ofALargeOutput_isToldAtOnce() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        String head = "x".repeat(Limits.RESULT_HEAD);
        agent.say(new Report.Ready(job))
                .output(job, 0, head)
                .output(job, head.length(), "y")
                .read();

        agent.say(new Report.Done(FakeAgent.succeeded(job, head.length() + 1)));

        assertThat(agent.read()).containsExactly(new Control.Settled(List.of(job)));
    }

    @Test
    void brokenLink_putsBackWhatWasOffered() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");

        agent.dispose();

        assertThat(bus.fleet.session(WEB1)).isEmpty();
        assertThat(bus.agent("web-1").messages)
                .extracting(message -> message.job())
                .containsExactly(job);
    }

    @Test
    @Tag("F36")
    void clone_isRefused_whileTheFirstOneAnswers() {
        FakeAgent first = bus.agent("web-1");
        FakeAgent clone = FakeAgent.connect(bus.gate, WEB1);
        assertThat(first.read())
                .singleElement()
                .isInstanceOfSatisfying(Control.Ping.class, ping -> first.say(new Report.Pong(ping.nonce())));

        assertThat(code(clone.refused())).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(clone.isConnected()).isFalse();
        assertThat(clones()).isEqualTo(1);
        bus.job("web-1");
        assertThat(first.messages).hasSize(1);
    }

    @Test
    @Tag("F36")
    void cloneThatWasOnItsWayIn_isRefusedAtItsHello() {
        FakeAgent clone = FakeAgent.connect(bus.gate, WEB1);
        FakeAgent first = bus.agent("web-1");
        first.read();

        clone.hello("epoch-2");
        assertThat(first.read())
                .singleElement()
                .isInstanceOfSatisfying(Control.Ping.class, ping -> first.say(new Report.Pong(ping.nonce())));

        assertThat(code(clone.failed())).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(clone.isConnected()).isFalse();
        assertThat(clones()).isEqualTo(1);
        JobId job = bus.job("web-1");
        first.say(new Report.Ready(job));
        assertThat(first.read()).singleElement().isInstanceOf(Control.Go.class);
    }

    @Test
    @Tag("F36")
    void agentThatComesAgain_isLetIn_asNobodyAnswersOnItsOldConnection() {
        bus.agent("web-1").lingers();
        FakeAgent again = FakeAgent.connect(bus.gate, WEB1);
        bus.advance(Duration.ofSeconds(2));

        again.hello("epoch-1");

        assertThat(again.read())
                .as("at once: the old session was asked at its SETUP")
                .hasSize(1);
        assertThat(clones()).isZero();
    }

    @Test
    void silentSession_isSuperseded_andGetsNoGo() {
        FakeAgent silent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        FakeAgent newcomer = FakeAgent.connect(bus.gate, WEB1);
        assertThat(newcomer.isConnected()).isFalse();
        bus.advance(Duration.ofSeconds(2));
        assertThat(newcomer.isConnected()).isTrue();
        silent.read();

        newcomer.hello("epoch-1").ask();

        assertThat(silent.isConnected()).isFalse();
        assertThat(silent.read()).isEmpty();
        assertThat(newcomer.messages).extracting(message -> message.job()).containsExactly(job);
        assertThat(bus.fleet.session(WEB1)).isPresent();
    }

    @Test
    void twoNewcomers_onlyTheLaterHelloStays() {
        FakeAgent one = FakeAgent.connect(bus.gate, WEB1);
        FakeAgent other = FakeAgent.connect(bus.gate, WEB1);

        one.hello("epoch-1");
        other.hello("epoch-1");
        assertThat(one.isConnected()).isTrue();
        bus.advance(Duration.ofSeconds(2));

        assertThat(one.isConnected()).isFalse();
        assertThat(other.isConnected()).isTrue();
        assertThat(bus.fleet.session(WEB1)).isPresent();
        other.dispose();
        assertThat(bus.fleet.session(WEB1)).isEmpty();
    }

    @Test
    void endOfASupersededSession_isNotTheEndOfTheLiveOne() {
        FakeAgent silent = bus.agent("web-1");
        FakeAgent newcomer = FakeAgent.connect(bus.gate, WEB1);
        bus.advance(Duration.ofSeconds(2));
        newcomer.hello("epoch-1");

        silent.dispose();

        assertThat(bus.fleet.session(WEB1)).isPresent();
    }

    @Test
    void commandsTwice_close() {
        FakeAgent agent = bus.agent("web-1");

        assertThat(agent.isConnected()).isTrue();
        assertThat(agent.askAnew().isConnected()).isFalse();
    }

    @Test
    @Tag("F32")
    void olderCopyOfAJournal_isNotReconciled_andMustBeginANewEpoch() {
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 7).ask();
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job), new Report.Journaled(9));
        agent.dispose();

        FakeAgent older = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 8);
        assertThat(code(older.failed())).isEqualTo(ErrorCode.JOURNAL_OUTDATED);
        assertThat(bus.accounting.running()).isEqualTo(1);

        FakeAgent renewed =
                FakeAgent.connect(bus.gate, WEB1).hello("epoch-2", 8).ask();
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(renewed.messages).isEmpty();
    }

    @Test
    @Tag("F32")
    void journalThatHasGrown_isTheSame() {
        FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 7).dispose();
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 8).ask();
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job), new Report.Journaled(9)).dispose();

        FakeAgent again = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", 9).ask();

        assertThat(again.messages).extracting(message -> message.job()).containsExactly(job);
    }

    private long clones() {
        return Await.values(bus.fleet.list(new MinionQuery(Selection.of(new Target("web-1")), null)))
                .get(0)
                .clones();
    }

    private static ErrorCode code(@Nullable Throwable error) {
        return Optional.ofNullable((QcmdException) error).orElseThrow().code();
    }
}
