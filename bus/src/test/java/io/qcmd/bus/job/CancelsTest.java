package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionRef;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class CancelsTest {
    private static final MinionId WEB1 = new MinionId("web-1");

    private final MemoryStore store = new MemoryStore();
    private final HeldLedger held = new HeldLedger(store);
    private final Rooms bus = Rooms.over(store, held.ledger).enrol("web-1", "web-2");

    @Test
    void beforeGo_fencesAtOnce() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-*");

        List<Answer> answers = bus.cancel(job);

        assertThat(answers)
                .extracting(Answer::minion, Answer::effect, Answer::state)
                .containsExactly(
                        tuple(WEB1, Effect.FENCED, TargetState.CANCELLED),
                        tuple(new MinionId("web-2"), Effect.FENCED, TargetState.CANCELLED));
        agent.say(new Report.Ready(job));
        assertThat(agent.read()).containsExactly(new Control.Voided(job));
        assertThat(Await.value(bus.history.show(new JobRef("@last"))).status()).isEqualTo(JobStatus.CANCELLED);
    }

    @Test
    void afterGo_isPending_andTheAgentIsTold() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);

        List<Answer> answers = bus.cancel(job);

        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.effect()).isEqualTo(Effect.PENDING);
            assertThat(answer.state()).isEqualTo(TargetState.ACCEPTED);
            assertThat(answer.completesBy())
                    .isEqualTo(Await.value(store.job(job)).completesBy());
        });
        assertThat(agent.read()).containsExactly(new Control.Cancel(job, null));
        agent.say(new Report.NeverStarted(job));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.CANCELLED);
    }

    @Test
    void whileItRuns_endsAsTheAgentSays() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.say(new Report.Started(job));
        assertThat(bus.cancel(job)).extracting(Answer::effect).containsExactly(Effect.PENDING);

        agent.say(new Report.Done(Return.without(job, TargetState.TERMINATED, "cancelled")));

        assertThat(bus.cancel(job))
                .singleElement()
                .extracting(Answer::effect, Answer::state)
                .containsExactly(Effect.FENCED, TargetState.TERMINATED);
    }

    @Test
    void jobThatIsOver_keepsItsResultAndItsStatus() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.succeeded(job);

        assertThat(bus.cancel(job))
                .singleElement()
                .extracting(Answer::effect, Answer::state)
                .containsExactly(Effect.FENCED, TargetState.SUCCEEDED);

        assertThat(Await.value(bus.history.show(new JobRef(job.toString()))).status())
                .isEqualTo(JobStatus.SUCCEEDED);
        assertThat(store.audits()).extracting(AuditRecord::action).contains("CANCEL");
    }

    @Test
    void targetThatIsOver_inAJobThatLives_keepsItsResult() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent, "web-*");
        agent.succeeded(job);

        assertThat(bus.cancel(job))
                .extracting(Answer::state)
                .containsExactly(TargetState.SUCCEEDED, TargetState.CANCELLED);
    }

    @Test
    void twice_isOnce() {
        JobId job = bus.job("web-1");

        assertThat(bus.cancel(job)).isEqualTo(bus.cancel(job));
    }

    @Test
    void timeToKill_reachesTheAgent_andGetsShorterOnly() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);

        bus.cancel(job, CancelWish.PLAIN.withKillAfterMillis(900), "web-1");
        bus.cancel(job, CancelWish.PLAIN.withKillAfterMillis(500));
        bus.cancel(job, CancelWish.PLAIN.withKillAfterMillis(5_000));
        bus.cancel(job, CancelWish.PLAIN.withKillAfterMillis(0), "web-1");
        bus.cancel(job);

        assertThat(agent.read())
                .containsExactly(
                        new Control.Cancel(job, 900L),
                        new Control.Cancel(job, 500L),
                        new Control.Cancel(job, 500L),
                        new Control.Cancel(job, 0L),
                        new Control.Cancel(job, 0L));
    }

    @Test
    void longerTimeToKill_thanThePromisedEndAllows_isRefused_andCancelsNothing() {
        JobId job = bus.job("web-1");

        assertThatThrownBy(() -> bus.cancel(job, CancelWish.PLAIN.withKillAfterMillis(5_001)))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("kill after 5001 ms: at most kill_grace of the bus, 5000 ms");

        assertThat(Await.value(store.job(job)).cancel()).isNull();
        assertThat(store.fate(job, WEB1).blockOptional()).isEmpty();
    }

    @Test
    void reason_isToldWithTheJob_withWhatNeverStarted_andInTheAuditLog() {
        JobId job = bus.job("web-*");

        bus.cancel(job, new CancelWish("wrong disk", 500L), "web-1");
        bus.cancel(job, CancelWish.PLAIN.withReason("wrong day"));

        assertThat(bus.fate(job, "web-1").reason()).isEqualTo("wrong disk");
        assertThat(bus.fate(job, "web-2").reason()).isEqualTo("wrong day");
        assertThat(Await.value(bus.history.show(new JobRef("@last"))).cancel())
                .isEqualTo(CancelWish.PLAIN.withReason("wrong day"));
        assertThat(store.audits())
                .extracting(AuditRecord::text)
                .contains("kill after 500 ms, reason 'wrong disk': [web-1]", "reason 'wrong day': all");
    }

    @Test
    void someMinions_leavesTheOthersAlone() {
        JobId job = bus.job("web-*");

        assertThat(bus.cancel(job, "web-2")).extracting(Answer::minion).containsExactly(new MinionId("web-2"));

        assertThat(store.fate(job, WEB1).blockOptional()).isEmpty();
        assertThat(Await.value(store.job(job)).cancel()).isNull();
    }

    @Test
    void nothingIsDone_beforeItIsOnDisk_andNothingIsAnswered_beforeTheEndIs() {
        JobId job = bus.job("web-1");
        held.hold();

        CompletableFuture<CancelPage> answer = bus.cancels
                .cancel(new Principal.Remote("tester"), new CancelQuery(job, List.of(), CancelWish.PLAIN))
                .next()
                .toFuture();

        assertThat(store.fate(job, WEB1).blockOptional()).isEmpty();
        held.commit();
        held.hold();
        assertThat(answer).isDone();
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.CANCELLED);
    }

    @Test
    void answer_waitsForAnEndThatIsOnItsWayToTheDisk() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        held.hold();
        agent.succeeded(job);
        HeldLedger.Hold settling = held.release();

        CompletableFuture<CancelPage> answer = bus.cancels
                .cancel(new Principal.Remote("tester"), new CancelQuery(job, List.of(), CancelWish.PLAIN))
                .next()
                .toFuture();

        assertThat(answer).isNotDone();
        settling.commit();
        assertThat(answer.join().answers()).extracting(Answer::state).containsExactly(TargetState.SUCCEEDED);
    }

    @Test
    void reachesAllMinions_alsoWhenTheCallerReadsNoPage() {
        JobId job = bus.job("web-*");

        bus.cancels
                .cancel(new Principal.Remote("tester"), new CancelQuery(job, List.of(), CancelWish.PLAIN))
                .subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        // Asks for nothing.
                    }
                });

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.CANCELLED);
        assertThat(bus.fate(job, "web-2").state()).isEqualTo(TargetState.CANCELLED);
    }

    @Test
    void beforeTheMessageIsInItsChannel_winsAsWell() {
        FakeAgent agent = bus.agent("web-1");
        held.hold();
        CompletableFuture<?> accepted = bus.jobs
                .accept(new Principal.Remote("tester"), bus.request("web-1"))
                .toFuture();
        HeldLedger.Hold submitting = held.release();
        JobId job = Await.values(store.newest(1)).get(0).job();
        bus.cancel(job);

        submitting.commit();

        assertThat(accepted).isDone();
        agent.say(new Report.Ready(job));
        assertThat(agent.read()).doesNotContain(new Control.Go(job, 8 * 1024));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.CANCELLED);
    }

    @Test
    void whileTheMinionIsAway_isToldByHello() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.dispose();
        assertThat(bus.cancel(job)).extracting(Answer::effect).containsExactly(Effect.PENDING);

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, false));

        assertThat(next.verdicts()).extracting(Control.Verdict::kind).containsExactly(Control.Verdict.Kind.CANCEL);
    }

    @Test
    void neverStarted_isCancelled_whenTheMinionComesBackWithoutIt() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.dispose();
        bus.cancel(job);

        bus.agent("web-1");

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.CANCELLED);
    }

    @Test
    void unknownJob_isNotFound_andAStrangerIsRefused() {
        JobId job = bus.job("web-1");

        assertFails(ErrorCode.JOB_NOT_FOUND, () -> bus.cancel(new JobId(0, 1)));
        assertFails(ErrorCode.BAD_REQUEST, () -> bus.cancel(job, "web-1", "web-2"));
        assertThat(store.fate(job, WEB1).blockOptional()).isEmpty();
    }

    /** Its Topic went with the bus before. */
    @Test
    void minionThatWasForgotten_keepsItsEnd_andTheOthersAreCancelled_alsoAfterARestart() {
        FakeAgent ended = bus.agent("web-1");
        FakeAgent running = bus.agent("web-2");
        JobId job = granted(ended, "web-*");
        ended.succeeded(job);
        running.say(new Report.Ready(job), new Report.Started(job));
        ended.dispose();
        Await.value(bus.removal.remove(new Principal.Remote("tester"), new MinionRef(WEB1)));
        bus.crash();
        running.vanish();

        Rooms next = Rooms.over(store, bus.time);
        FakeAgent back =
                FakeAgent.connect(next.gate, new MinionId("web-2")).hello("epoch-1", new Hello.Entry(job, false));
        back.read();

        assertThat(next.cancel(job))
                .extracting(Answer::effect, Answer::state)
                .containsExactly(
                        tuple(Effect.FENCED, TargetState.SUCCEEDED), tuple(Effect.PENDING, TargetState.RUNNING));
        assertThat(back.read()).containsExactly(new Control.Cancel(job, null));
    }

    @Test
    void anEndThatCannotBeRead_doesNotHideTheOthers() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent, "web-*");
        agent.succeeded(job);
        held.refuseFates(QcmdException.busy("store: too many reads wait", Duration.ofMillis(1)));

        assertFails(ErrorCode.BUSY, () -> bus.cancel(job));

        assertThat(bus.fate(job, "web-2").state()).isEqualTo(TargetState.CANCELLED);
    }

    private JobId granted(FakeAgent agent) {
        return granted(agent, "web-1");
    }

    private JobId granted(FakeAgent agent, String target) {
        JobId job = bus.job(target);
        agent.say(new Report.Ready(job));
        assertThat(agent.read()).singleElement().isInstanceOf(Control.Go.class);
        return job;
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
