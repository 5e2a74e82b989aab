package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A core on virtual time, with a bus, commands and a journal that do what the test says. */
abstract class AgentFixture {
    static final JobId JOB = new JobId(1, 1);
    static final JobId OTHER = new JobId(1, 2);
    static final String BOOT = "boot-2";
    static final SessionSettings SETTINGS =
            new SessionSettings(Duration.ofSeconds(10), Duration.ofMillis(25), Duration.ofSeconds(10), 4, 100_000);

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final FakeCommands commands = new FakeCommands();
    final HeldJournal journal = new HeldJournal();

    @SuppressWarnings("NullAway.Init")
    Agent agent;

    @SuppressWarnings("NullAway.Init")
    FakeLink link;

    @SuppressWarnings("NullAway.Init")
    Session session;

    @BeforeEach
    void start() {
        Identity identity = new Identity(BOOT, "instance", "1", Map.of("role", "web"), Map.of());
        agent = new Agent(identity, SETTINGS, journal, commands, time);
    }

    @AfterEach
    void stop() {
        time.dispose();
    }

    /** A new connection; HELLO is said if the journal is at rest. */
    void connect() {
        link = new FakeLink();
        session = agent.connected(link);
    }

    void disconnect() {
        session.closed();
    }

    /** A connection that may ask for work, with nothing unsettled. */
    void open() {
        connect();
        assertThat(link.reports()).singleElement().isInstanceOf(Hello.class);
        reconcile();
    }

    void reconcile(Control.Verdict... verdicts) {
        hears(new Control.Reconciled("deployment", 500, List.of(verdicts), true));
    }

    void hears(Control... controls) {
        session.received(List.of(controls));
    }

    void offered(JobId job) {
        session.received(new Message(job, Command.shell("true")));
    }

    /** Offered, READY, GO. */
    void granted(JobId job) {
        offered(job);
        assertThat(link.reports()).containsExactly(new Report.Ready(job));
        hears(new Control.Go(job, 8 * 1024));
    }

    static Control.Verdict verdict(JobId job, Control.Verdict.Kind kind, long stdout) {
        return new Control.Verdict(job, kind, stdout, 0, 8 * 1024);
    }

    void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }
}
