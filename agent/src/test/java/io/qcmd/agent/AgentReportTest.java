package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From the start of the command to SETTLED. */
class AgentReportTest extends AgentFixture {
    private static final int WINDOW = 8 * 1024;

    @Test
    void shortCommand_isToldInOneFrame_outputFirst() {
        open();
        granted(JOB);
        commands.writes(JOB, "hi\n".getBytes(StandardCharsets.UTF_8));
        commands.exits(JOB, 3);

        assertThat(link.frames).hasSize(1);
        List<Report> reports = link.reports();
        assertThat(reports).hasSize(2);
        assertThat(((Output) reports.get(0)).bytes().utf8()).isEqualTo("hi\n");
        assertThat(((Report.Done) reports.get(1)).result().exitCode()).isEqualTo(3);
        pass(Duration.ofSeconds(1));
        assertThat(link.reports()).isEmpty();
    }

    @Test
    @Tag("F14")
    void done_isNotToldBeforeItIsOnDisk() {
        open();
        granted(JOB);
        journal.held = true;
        commands.exits(JOB, 0);
        assertThat(link.reports()).isEmpty();

        journal.release();

        assertThat(link.reports()).containsExactly(new Report.Done(commands.result(JOB, 0)));
    }

    @Test
    void started_isToldByItself_onlyAfter50Millis() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[] {1});
        pass(Duration.ofMillis(49));
        assertThat(link.reports()).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(link.reports()).hasSize(2).first().isEqualTo(new Report.Started(JOB));
    }

    @Test
    void liveOutput_isGatheredForAWhile() {
        open();
        granted(JOB);
        pass(Duration.ofMillis(50));
        link.reports();
        commands.writes(JOB, new byte[] {1});
        commands.writes(JOB, new byte[] {2});
        assertThat(link.reports()).isEmpty();

        pass(SETTINGS.outputDelay());

        assertThat(link.reports())
                .singleElement()
                .satisfies(
                        report -> assertThat(((Output) report).bytes().size()).isEqualTo(2));
    }

    @Test
    void output_staysWithinTheWindow_andDoneComesAfterAllOfIt() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[WINDOW + 1_000]);
        commands.exits(JOB, 0);
        assertThat(bytes(link.reports())).isEqualTo(WINDOW);

        hears(new Control.Committed(JOB, Output.Stream.STDOUT, 500, WINDOW));
        assertThat(bytes(link.reports())).isEqualTo(500);

        hears(new Control.Committed(JOB, Output.Stream.STDOUT, WINDOW, WINDOW));
        List<Report> rest = link.reports();
        assertThat(bytes(rest)).isEqualTo(500);
        assertThat(rest.get(rest.size() - 1)).isEqualTo(new Report.Done(commands.result(JOB, 0)));
    }

    @Test
    void largerWindow_isUsed_inPiecesAndFramesWithinTheLimits() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[300_000]);
        commands.exits(JOB, 0);
        link.reports();

        hears(new Control.Committed(JOB, Output.Stream.STDOUT, WINDOW, Limits.WINDOW));

        WireCodec codec = WireCodec.cbor(WireCodec.Size.SMALL);
        assertThat(link.frames)
                .hasSizeGreaterThan(1)
                .allSatisfy(frame ->
                        assertThat(codec.encodeReports(frame).length).isLessThanOrEqualTo(Limits.AGENT_FRAME - 64));
        assertThat(bytes(link.reports())).isEqualTo(Limits.WINDOW);
    }

    @Test
    @Tag("F39")
    @Tag("F14")
    void outputThatCannotBeReadNow_holdsItsResult_andIsTriedAgainAfterAWhile() {
        open();
        granted(JOB);
        granted(OTHER);
        commands.writes(JOB, new byte[300_000]);
        commands.exits(JOB, 0);
        assertThat(bytes(link.reports())).isEqualTo(WINDOW);
        commands.unreadable = true;
        hears(new Control.Committed(JOB, Output.Stream.STDOUT, WINDOW, Limits.WINDOW));
        assertThat(commands.looks).isEqualTo(1);

        // What needs no file goes on, and brings no further try.
        commands.exits(OTHER, 0);
        hears(new Control.Committed(JOB, Output.Stream.STDOUT, WINDOW, Limits.WINDOW));
        assertThat(link.reports()).containsExactly(new Report.Done(commands.result(OTHER, 0)));
        assertThat(commands.looks).isEqualTo(1);
        pass(Uploads.SPOOL_RETRY);
        assertThat(commands.looks).isEqualTo(2);
        assertThat(link.reports()).isEmpty();
        commands.unreadable = false;
        pass(Uploads.SPOOL_RETRY);

        assertThat(bytes(link.reports())).isEqualTo(Limits.WINDOW);
        assertThat(commands.discarded).isEmpty();
    }

    @Test
    @Tag("F39")
    void smallOutputThatCannotBeReadNow_isJournaledLater() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[100]);
        commands.unreadable = true;
        commands.exits(JOB, 0);
        pass(Tasks.JOURNAL_RETRY);
        assertThat(link.reports()).isEmpty();
        commands.unreadable = false;
        pass(Tasks.JOURNAL_RETRY);

        List<Report> reports = link.reports();
        assertThat(bytes(reports)).isEqualTo(100);
        assertThat(reports.get(reports.size() - 1)).isEqualTo(new Report.Done(commands.result(JOB, 0)));
    }

    @Test
    @Tag("F27")
    void outputThatIsKeptInPart_isToldAsKept() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[WINDOW + 1_000]);
        commands.unkept = 50_000;
        commands.exits(JOB, 0);
        assertThat(bytes(link.reports())).isEqualTo(WINDOW);

        hears(new Control.Committed(JOB, Output.Stream.STDOUT, WINDOW, WINDOW));

        List<Report> rest = link.reports();
        assertThat(bytes(rest)).isEqualTo(1_000);
        assertThat(rest.get(rest.size() - 1)).isEqualTo(new Report.Done(commands.result(JOB, 0)));
        assertThat(commands.result(JOB, 0).stdout().kept()).isEqualTo(WINDOW + 1_000);
    }

    @Test
    void windowBeyondTheLimit_isCut() {
        open();
        granted(JOB);
        commands.writes(JOB, new byte[3 * Limits.WINDOW]);
        hears(new Control.Committed(JOB, Output.Stream.STDOUT, 0, Integer.MAX_VALUE));
        pass(Duration.ofMillis(50));

        assertThat(bytes(link.reports())).isEqualTo(Limits.WINDOW);
    }

    @Test
    void output_waitsForCredit_resultsWithoutItDoNot() {
        open();
        granted(JOB);
        granted(OTHER);
        link.credit = false;
        commands.writes(JOB, new byte[] {1});
        commands.exits(JOB, 0);
        commands.exits(OTHER, 0);
        assertThat(link.reports()).containsExactly(new Report.Done(commands.result(OTHER, 0)));

        link.credit = true;
        session.credit();

        assertThat(link.reports()).hasSize(2);
    }

    @Test
    void outputOfManyCommands_staysWithinOneMebibyteInAll() {
        commands.slots = 8;
        agent = agentWith(new SessionSettings(
                Duration.ofSeconds(10), Duration.ofMillis(25), Duration.ofSeconds(10), 100, 1L << 30));
        open();
        for (int i = 0; i < 8; i++) {
            JobId job = new JobId(3, i);
            granted(job);
            commands.writes(job, new byte[Limits.WINDOW]);
            hears(new Control.Committed(job, Output.Stream.STDOUT, 0, Limits.WINDOW));
        }
        pass(Duration.ofMillis(50));

        assertThat(bytes(link.reports())).isEqualTo(1 << 20);
    }

    @Test
    void settled_dropsTheEntryAndTheSpool() {
        open();
        granted(JOB);
        commands.exits(JOB, 0);
        hears(new Control.Settled(List.of(JOB)));

        assertThat(journal.unsettled()).isEmpty();
        assertThat(commands.discarded).containsExactly(JOB);
    }

    @Test
    @Tag("F37")
    void settledTwice_orOfAnUnknownJob_isHarmless() {
        open();
        granted(JOB);
        commands.exits(JOB, 0);
        hears(new Control.Settled(List.of(JOB, OTHER)), new Control.Settled(List.of(JOB)));

        assertThat(journal.unsettled()).isEmpty();
        assertThat(link.closed).isNull();
    }

    @Test
    void resultThatCannotBeJournaled_isTriedAgain() {
        open();
        granted(JOB);
        journal.full = true;
        commands.exits(JOB, 0);
        assertThat(link.reports()).isEmpty();
        journal.full = false;

        pass(Tasks.JOURNAL_RETRY);

        assertThat(link.reports()).containsExactly(new Report.Done(commands.result(JOB, 0)));
    }

    @Test
    void cancel_killsWhatRuns() {
        open();
        granted(JOB);
        hears(new Control.Cancel(JOB, null));

        assertThat(commands.cancelled).containsExactly(JOB);
        assertThat(link.reports()).isEmpty();
    }

    @Test
    void cancel_tellsTheCommandHowLongItHas_alsoASecondTime() {
        open();
        granted(JOB);
        hears(new Control.Cancel(JOB, 500L), new Control.Cancel(JOB, 0L), new Control.Cancel(JOB, 900L));

        assertThat(commands.graces).containsExactly(Duration.ofMillis(500), Duration.ZERO, Duration.ZERO);
    }

    @Test
    void cancelsWhileItIsBeingJournaled_areOne_withTheShortestTime() {
        open();
        journal.held = true;
        granted(JOB);
        hears(new Control.Cancel(JOB, null), new Control.Cancel(JOB, 500L), new Control.Cancel(JOB, 900L));
        journal.release();

        assertThat(commands.graces).containsExactly(Duration.ofMillis(500));
    }

    @Test
    @Tag("F47")
    void cancelWhileItIsBeingJournaled_killsItAsSoonAsItRuns() {
        open();
        journal.held = true;
        granted(JOB);
        hears(new Control.Cancel(JOB, null));
        journal.release();

        assertThat(commands.started).containsExactly(JOB);
        assertThat(commands.cancelled).containsExactly(JOB);
    }

    @Test
    void cancelOfWhatIsOver_doesNothing() {
        open();
        granted(JOB);
        commands.exits(JOB, 0);
        link.reports();
        hears(new Control.Cancel(JOB, null));

        assertThat(commands.cancelled).isEmpty();
        assertThat(link.reports()).isEmpty();
    }

    @Test
    @Tag("F47")
    void cancelOfWhatNeverStarted_isAnswered_andNoGoStartsIt() {
        open();
        offered(JOB);
        link.reports();
        hears(new Control.Cancel(JOB, null), new Control.Go(JOB, 1));

        assertThat(link.reports()).containsExactly(new Report.NeverStarted(JOB));
        assertThat(commands.started).isEmpty();
    }

    @Test
    void runningCommand_goesOnWithoutTheLink_andIsToldOnTheNextSession() {
        open();
        granted(JOB);
        disconnect();
        commands.exits(JOB, 0);
        assertThat(journal.unsettled().get(0).result()).isNotNull();
        connect();
        link.reports();
        reconcile(verdict(JOB, Control.Verdict.Kind.SEND, 0));

        assertThat(link.reports()).containsExactly(new Report.Done(commands.result(JOB, 0)));
        assertThat(commands.result(JOB, 0).state()).isEqualTo(TargetState.SUCCEEDED);
    }

    private Agent agentWith(SessionSettings settings) {
        return new Agent(new Identity(BOOT, "i", "1", Map.of(), Map.of()), settings, journal, commands, time);
    }

    private static int bytes(List<Report> reports) {
        return reports.stream()
                .filter(Output.class::isInstance)
                .mapToInt(report -> ((Output) report).bytes().size())
                .sum();
    }
}
