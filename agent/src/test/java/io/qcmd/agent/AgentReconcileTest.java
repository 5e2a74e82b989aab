package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** HELLO, its verdicts, and what an earlier life of the agent left. */
class AgentReconcileTest extends AgentFixture {
    @Test
    void hello_namesJournalHostAndEntries() {
        journal.started(JOB);
        journal.started(OTHER);
        journal.done(JournalContract.succeeded(OTHER), List.of());
        connect();

        Hello hello = (Hello) link.reports().get(0);
        assertThat(hello.epoch()).isEqualTo("epoch-1");
        assertThat(hello.journaled()).isEqualTo(3);
        assertThat(hello.bootId()).isEqualTo(BOOT);
        assertThat(hello.labels()).containsEntry("role", "web");
        assertThat(hello.entries()).containsExactly(new Hello.Entry(JOB, false), new Hello.Entry(OTHER, true));
        assertThat(hello.last()).isTrue();
    }

    @Test
    void hello_comesInPages() {
        for (int i = 0; i <= Limits.HELLO_PAGE; i++) {
            journal.started(new JobId(5, i));
        }
        connect();

        assertThat(link.frames).hasSize(2);
        List<Report> pages = link.reports();
        assertThat(((Hello) pages.get(0)).entries()).hasSize(Limits.HELLO_PAGE);
        assertThat(((Hello) pages.get(0)).last()).isFalse();
        assertThat(((Hello) pages.get(1)).entries()).hasSize(1);
        assertThat(((Hello) pages.get(1)).last()).isTrue();
    }

    @Test
    void hello_thatIsNotAnswered_closesTheSession() {
        connect();
        pass(SETTINGS.ackTimeout().multipliedBy(3).minusMillis(1));
        assertThat(link.closed).isNull();

        pass(Duration.ofMillis(1));

        assertThat(link.closed).contains("HELLO was not answered");
    }

    @Test
    void hello_thatWasAnswered_closesNothingLater() {
        open();

        pass(Duration.ofMinutes(10));

        assertThat(link.closed).isNull();
    }

    @Test
    @Tag("F04")
    void hello_waitsForAStartThatIsBeingJournaled() {
        open();
        journal.held = true;
        granted(JOB);
        disconnect();
        connect();
        assertThat(link.reports()).isEmpty();

        journal.release();

        assertThat(((Hello) link.reports().get(0)).entries()).containsExactly(new Hello.Entry(JOB, false));
        assertThat(commands.started).containsExactly(JOB);
    }

    @Test
    @Tag("F04")
    void startThatTheJournalRefused_isNotToldOnTheNextSession() {
        open();
        journal.held = true;
        journal.full = true;
        granted(JOB);
        disconnect();
        connect();
        journal.release();

        assertThat(link.reports())
                .singleElement()
                .satisfies(hello -> assertThat(((Hello) hello).entries()).isEmpty());
        assertThat(commands.started).isEmpty();
    }

    @Test
    void keep_goesOn_andSendsOutputFromTheCommittedOffset() {
        running("0123456789");
        reconcile(verdict(JOB, Control.Verdict.Kind.KEEP, 4));

        assertThat(link.reports()).singleElement().satisfies(report -> {
            assertThat(((Output) report).offset()).isEqualTo(4);
            assertThat(((Output) report).bytes().utf8()).isEqualTo("456789");
        });
        pass(Duration.ofSeconds(1));
        assertThat(link.reports()).isEmpty();
    }

    @Test
    void cancelVerdict_killsIt() {
        running("");
        reconcile(verdict(JOB, Control.Verdict.Kind.CANCEL, 0));

        assertThat(commands.cancelled).containsExactly(JOB);
        commands.exits(JOB, 0);
        assertThat(link.reports()).containsExactly(new Report.Done(commands.result(JOB, 0)));
    }

    @Test
    void settledVerdict_dropsWhatIsDone() {
        open();
        granted(JOB);
        commands.exits(JOB, 0);
        disconnect();
        connect();
        link.reports();
        reconcile(verdict(JOB, Control.Verdict.Kind.SETTLED, 0));

        assertThat(link.reports()).isEmpty();
        assertThat(journal.unsettled()).isEmpty();
        assertThat(commands.discarded).containsExactly(JOB);
    }

    @Test
    void settledVerdict_ofWhatStillRuns_letsItEndInSilence() {
        running("");
        reconcile(verdict(JOB, Control.Verdict.Kind.SETTLED, 0));
        assertThat(journal.unsettled()).hasSize(1);

        commands.exits(JOB, 0);

        assertThat(link.reports()).isEmpty();
        assertThat(journal.unsettled()).isEmpty();
        assertThat(commands.discarded).containsExactly(JOB);
    }

    @Test
    @Tag("F10")
    @Tag("F12")
    void startedEntryOfAnEarlierLife_isKilled_interrupted_andNeverRunAgain() {
        journal.started(JOB);
        journal.spawned(JOB, 4711, 99, BOOT);
        commands.leftoversPerJob = 2;

        assertThat(agent.start().toCompletableFuture()).isCompleted();

        assertThat(commands.leftovers).containsExactly(JOB.shortForm() + " 4711 99");
        assertThat(commands.started).isEmpty();
        Return result = journal.unsettled().get(0).result();
        assertThat(result).isNotNull();
        assertThat(result.state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(result.leftover()).isEqualTo(2);
        assertThat(result.reason()).contains("the agent was restarted");
    }

    @Test
    @Tag("F16")
    void startedEntryOfAnEarlierBoot_isNotLookedForByItsPid() {
        journal.started(JOB);
        journal.spawned(JOB, 4711, 99, "boot-1");

        assertThat(agent.start().toCompletableFuture()).isCompleted();

        assertThat(commands.leftovers).containsExactly(JOB.shortForm() + " 0 0");
        assertThat(journal.unsettled().get(0).result())
                .satisfies(result -> assertThat(result.reason()).contains("the host was restarted"));
    }

    @Test
    void start_isCompleteOnlyWhenTheInterruptedAreJournaled() {
        journal.started(JOB);
        journal.held = true;
        var started = agent.start().toCompletableFuture();
        assertThat(started).isNotDone();

        journal.release();

        assertThat(started).isCompleted();
    }

    @Test
    @Tag("F14")
    void doneEntryOfAnEarlierLife_isSentWithItsJournaledOutput() {
        byte[] text = "kept".getBytes(StandardCharsets.UTF_8);
        commands.writes(JOB, text);
        Return result = commands.result(JOB, 0);
        journal.started(JOB);
        journal.done(result, List.of(new Output(JOB, Output.Stream.STDOUT, 0, Bytes.copyOf(text))));
        commands.discard(JOB);
        assertThat(agent.start().toCompletableFuture()).isCompleted();
        connect();
        link.reports();
        reconcile(verdict(JOB, Control.Verdict.Kind.SEND, 1));

        List<Report> reports = link.reports();
        assertThat(((Output) reports.get(0)).bytes().utf8()).isEqualTo("ept");
        assertThat(reports.get(1)).isEqualTo(new Report.Done(result));
    }

    @Test
    void doneEntryWhoseSpoolIsLost_isSentAllTheSame_withoutThePromiseOfItsOutput() {
        commands.writes(JOB, new byte[20_000]);
        Return result = commands.result(JOB, 0);
        journal.started(JOB);
        journal.done(result, List.of());
        commands.discard(JOB);
        assertThat(agent.start().toCompletableFuture()).isCompleted();
        connect();
        link.reports();
        reconcile(verdict(JOB, Control.Verdict.Kind.SEND, 0));

        assertThat(link.reports()).singleElement().isInstanceOfSatisfying(Report.Done.class, done -> {
            assertThat(done.result().exitCode()).isZero();
            assertThat(done.result().stdout()).isEqualTo(new Return.Captured(20_000, 0, Bytes.EMPTY));
        });
    }

    @Test
    @Tag("F14")
    void doneEntryWhoseSpoolIsNotWhatWasJournaled_isSentWithoutIt() {
        commands.writes(JOB, new byte[20_000]);
        Return result = commands.result(JOB, 0);
        journal.started(JOB);
        journal.done(result, List.of());
        commands.writes(JOB, new byte[1]);
        assertThat(agent.start().toCompletableFuture()).isCompleted();
        connect();
        link.reports();
        reconcile(verdict(JOB, Control.Verdict.Kind.SEND, 0));

        assertThat(link.reports())
                .singleElement()
                .isInstanceOfSatisfying(
                        Report.Done.class,
                        done -> assertThat(done.result().stdout())
                                .isEqualTo(new Return.Captured(20_000, 0, Bytes.EMPTY)));
    }

    @Test
    void start_fails_whenAnEntryCannotBeTakenUp() {
        journal.started(JOB);
        commands.leftoversPerJob = -1;

        assertThat(agent.start().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void verdictOnAnUnknownJob_isHarmless() {
        connect();
        link.reports();
        reconcile(verdict(JOB, Control.Verdict.Kind.SEND, 0), verdict(OTHER, Control.Verdict.Kind.CANCEL, 0));

        assertThat(link.reports()).isEmpty();
        assertThat(link.requests).isEqualTo(1);
    }

    /** A command that runs and has written this, on a new session that waits for its verdicts. */
    private void running(String output) {
        open();
        granted(JOB);
        commands.writes(JOB, output.getBytes(StandardCharsets.UTF_8));
        disconnect();
        connect();
        assertThat(link.reports()).singleElement().isInstanceOf(Hello.class);
    }
}
