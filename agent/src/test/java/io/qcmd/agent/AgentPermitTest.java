package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From request(1) to the start of the command. */
class AgentPermitTest extends AgentFixture {
    @Test
    void asksForOneMessage_onceReconciled() {
        connect();
        assertThat(link.requests).isZero();

        reconcile();

        assertThat(link.requests).isEqualTo(1);
        assertThat(link.spreadMillis).isEqualTo(500);
    }

    @Test
    void asksForNothing_beforeTheLastPageIsReconciled() {
        connect();
        hears(new Control.Reconciled("deployment", 0, List.of(), false));

        assertThat(link.requests).isZero();
    }

    @Test
    void ready_startsNothing() {
        open();
        offered(JOB);

        assertThat(link.reports()).containsExactly(new Report.Ready(JOB));
        assertThat(commands.started).isEmpty();
        assertThat(journal.unsettled()).isEmpty();
        assertThat(link.requests).isEqualTo(1);
    }

    @Test
    void go_startsIt_onceItIsOnDisk_andAsksAgain() {
        open();
        journal.held = true;
        granted(JOB);
        assertThat(commands.started).isEmpty();
        assertThat(link.requests).isEqualTo(2);

        journal.release();

        assertThat(commands.started).containsExactly(JOB);
        assertThat(journal.unsettled()).singleElement().satisfies(entry -> {
            assertThat(entry.pid()).isEqualTo(101);
            assertThat(entry.bootId()).isEqualTo(BOOT);
        });
    }

    @Test
    void voided_forgetsIt_andAsksAgain() {
        open();
        offered(JOB);
        hears(new Control.Voided(JOB), new Control.Go(JOB, 1));

        assertThat(commands.started).isEmpty();
        assertThat(link.requests).isEqualTo(2);
    }

    @Test
    void refused_isSaidWithItsReason_andAsksAgain() {
        commands.refusal = "cwd /nowhere: does not exist";
        open();
        offered(JOB);

        assertThat(link.reports()).containsExactly(new Report.Refused(JOB, "cwd /nowhere: does not exist"));
        assertThat(link.requests).isEqualTo(2);
        hears(new Control.Go(JOB, 1));
        assertThat(commands.started).isEmpty();
    }

    @Test
    void silenceAfterReady_closesTheConnection_afterAckTimeout() {
        open();
        offered(JOB);
        pass(SETTINGS.ackTimeout().minusMillis(1));
        assertThat(link.closed).isNull();

        pass(Duration.ofMillis(1));

        assertThat(link.closed).contains("neither GO nor VOID");
    }

    @Test
    @Tag("F18")
    void lateGo_startsNothing() {
        open();
        offered(JOB);
        pass(SETTINGS.ackTimeout());
        hears(new Control.Go(JOB, 1));

        assertThat(commands.started).isEmpty();
        assertThat(journal.unsettled()).isEmpty();
    }

    @Test
    @Tag("F18")
    void goReadBeforeTheAlarm_afterAFreeze_startsNothing() {
        // The whole agent was stopped: GO lies in the socket and is read first, though the time is over.
        FrozenTime frozen = new FrozenTime(time);
        agent = new Agent(new Identity(BOOT, "i", "1", Map.of(), Map.of()), SETTINGS, journal, commands, frozen);
        open();
        offered(JOB);
        frozen.wakesUpLater(SETTINGS.ackTimeout());

        hears(new Control.Go(JOB, 1));

        assertThat(commands.started).isEmpty();
        assertThat(link.closed).contains("came after");
    }

    @Test
    @Tag("F37")
    void duplicateGo_startsItOnce() {
        open();
        granted(JOB);
        hears(new Control.Go(JOB, 1), new Control.Go(JOB, 1));

        assertThat(commands.started).containsExactly(JOB);
        assertThat(link.closed).isNull();
    }

    @Test
    void goForAnotherJob_startsNothing() {
        open();
        offered(JOB);
        hears(new Control.Go(OTHER, 1));
        assertThat(commands.started).isEmpty();

        hears(new Control.Go(JOB, 1));
        assertThat(commands.started).containsExactly(JOB);
    }

    @Test
    @Tag("F04")
    void goOfAnOlderSession_startsNothing() {
        open();
        offered(JOB);
        Session older = session;
        disconnect();
        open();
        older.received(List.of(new Control.Go(JOB, 1)));
        hears(new Control.Go(JOB, 1));

        assertThat(commands.started).isEmpty();
    }

    @Test
    @Tag("F04")
    void offeredAgain_onTheNextSession_runsOnce() {
        open();
        offered(JOB);
        disconnect();
        open();
        granted(JOB);

        assertThat(commands.started).containsExactly(JOB);
    }

    @Test
    void messageThatTheJournalHas_closesTheConnection() {
        open();
        granted(JOB);
        offered(JOB);

        assertThat(link.closed).contains("is in the journal already");
        assertThat(commands.started).containsExactly(JOB);
    }

    @Test
    void messageThatWasNotAskedFor_closesTheConnection() {
        open();
        offered(JOB);
        offered(OTHER);

        assertThat(link.closed).contains("was not asked for");
    }

    @Test
    void asksForNoMore_whileNoSlotIsFree() {
        commands.slots = 1;
        open();
        granted(JOB);
        assertThat(link.requests).isEqualTo(1);

        commands.exits(JOB, 0);

        assertThat(link.requests).isEqualTo(2);
    }

    @Test
    void asksForNoMore_whileAMessageIsInHand() {
        open();
        granted(JOB);
        offered(OTHER);
        commands.exits(JOB, 0);

        assertThat(link.requests).isEqualTo(2);
    }

    @Test
    void asksForNoMore_whileTheLastSlotIsBeingJournaled() {
        commands.slots = 1;
        journal.held = true;
        open();
        granted(JOB);

        assertThat(link.requests).isEqualTo(1);
    }

    @Test
    void asksForNoMore_whenTooMuchIsUnsettled() {
        open();
        for (int i = 0; i < SETTINGS.unsettledEntries(); i++) {
            granted(new JobId(2, i));
            commands.exits(new JobId(2, i), 0);
            link.reports();
        }
        assertThat(link.requests).isEqualTo(SETTINGS.unsettledEntries());

        hears(new Control.Settled(List.of(new JobId(2, 0))));

        assertThat(link.requests).isEqualTo(SETTINGS.unsettledEntries() + 1);
    }

    @Test
    void asksForNoMore_whenTooMuchOutputIsUnsettled() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[(int) SETTINGS.unsettledBytes()]);
        commands.exits(JOB, 0);
        hears(new Control.Voided(OTHER));
        assertThat(link.requests).isEqualTo(2);

        offered(OTHER);
        hears(new Control.Voided(OTHER));

        assertThat(link.requests).isEqualTo(2);
    }

    @Test
    void journalThatRefuses_isRejected_andNothingStarts() {
        open();
        journal.full = true;
        granted(JOB);

        assertThat(commands.started).isEmpty();
        assertThat(link.reports()).singleElement().satisfies(report -> {
            Return result = ((Report.Done) report).result();
            assertThat(result.state()).isEqualTo(TargetState.REJECTED);
            assertThat(result.reason()).contains("No space left on device");
        });
        assertThat(link.requests).isEqualTo(2);
    }

    @Test
    void ping_isAnsweredAtOnce_withItsNonce() {
        commands.slots = 0;
        open();
        hears(new Control.Ping(77));

        assertThat(link.reports()).containsExactly(new Report.Pong(77));
    }

    @Test
    void draining_asksForNothing_andEndsWhenTheLastResultIsJournaled() {
        commands.slots = 1;
        open();
        granted(JOB);
        CompletableFuture<Void> drained = agent.drain().toCompletableFuture();
        assertThat(drained).isNotDone();

        commands.exits(JOB, 0);

        assertThat(drained).isCompleted();
        assertThat(link.requests).isEqualTo(1);
    }

    @Test
    void messageWhileDraining_isLeftToTheBus() {
        open();
        CompletableFuture<Void> drained = agent.drain().toCompletableFuture();
        offered(JOB);

        assertThat(drained).isCompleted();
        assertThat(link.reports()).isEmpty();
        assertThat(link.closed).contains("being stopped");
    }
}
