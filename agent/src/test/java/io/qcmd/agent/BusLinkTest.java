package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.KeepAlive;
import io.qcmd.transport.RSocketLink;
import io.qcmd.transport.Sockets;
import io.qcmd.transport.Violations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class BusLinkTest {
    private static final JobId JOB = new JobId(1, 1);
    private static final Message MESSAGE = new Message(JOB, Command.shell("true"));
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Scheduler scheduler = Schedulers.newSingle("agent");
    private final FakeBus bus = new FakeBus();
    private final FakeCommands commands = new FakeCommands();
    private final Journal journal = new MemoryJournal("epoch");
    private Disposable running = Disposables.disposed();

    @BeforeEach
    void connect() {
        start(bus.port());
    }

    @AfterEach
    void stop() {
        running.dispose();
        bus.close();
        scheduler.dispose();
    }

    @Test
    void session_beginsWithHello_onTheReportsRoute() {
        FakeBus.Visit visit = visit(0);
        await().atMost(LONG).until(() -> !visit.reports.isEmpty());

        assertThat(visit.setup.minion()).isEqualTo(new MinionId("web1"));
        assertThat(visit.routes.get(0)).isEqualTo(Route.REPORTS.path());
        assertThat(visit.reports.get(0)).isInstanceOf(Hello.class);
        await().atMost(LONG).untilAsserted(() -> assertThat(visit.reports).contains(commands.health()));
    }

    @Test
    void command_goesFromItsRequestToSettled() {
        FakeBus.Visit visit = asking(0);
        visit.offers(MESSAGE);
        await().atMost(LONG).until(() -> visit.reports.contains(new Report.Ready(JOB)));
        visit.says(new Control.Go(JOB, 8 * 1024));
        await().atMost(LONG).until(() -> commands.started.contains(JOB));
        commands.exits(JOB, 0);
        await().atMost(LONG).until(() -> visit.reports.contains(new Report.Done(commands.result(JOB, 0))));
        visit.says(new Control.Settled(List.of(JOB)));

        await().atMost(LONG).until(() -> journal.unsettled().isEmpty());
        assertThat(visit.routes).contains(Route.COMMANDS.path());
    }

    @Test
    void demand_isOneAtATime() {
        FakeBus.Visit visit = asking(0);
        assertThat(visit.demand).hasValue(1);

        visit.offers(MESSAGE);
        await().atMost(LONG).until(() -> visit.reports.contains(new Report.Ready(JOB)));
        assertThat(visit.demand).hasValue(1);

        visit.says(new Control.Voided(JOB));
        await().atMost(LONG).untilAsserted(() -> assertThat(visit.demand).hasValue(2));
    }

    @Test
    void lostConnection_isMadeAgain_andSaysHelloAgain() {
        asking(0).hangsUp();

        FakeBus.Visit second = asking(1);
        assertThat(second.reports.get(0)).isInstanceOf(Hello.class);
    }

    @Test
    void busThatRefuses_isAskedAgainLater() {
        FakeBus.Visit first = asking(0);
        bus.refusal = ErrorCode.UPGRADE_REQUIRED;
        first.hangsUp();
        await().atMost(LONG).until(() -> bus.knocks.get() >= 3);
        assertThat(bus.visits).hasSize(1);

        bus.refusal = null;

        asking(1);
    }

    @Test
    @Tag("F32")
    void busThatKnowsMoreThanTheJournal_isToldOfANewEpoch() {
        FakeBus.Visit first = asking(0);
        bus.refusal = ErrorCode.JOURNAL_OUTDATED;
        first.hangsUp();
        await().atMost(LONG).until(() -> !journal.epoch().equals("epoch"));

        bus.refusal = null;

        assertThat(((Hello) asking(1).reports.get(0)).epoch()).isNotEqualTo("epoch");
    }

    @Test
    void cancelled_closesTheConnection() {
        FakeBus.Visit visit = asking(0);
        running.dispose();

        await().atMost(LONG).until(visit::isGone);
        assertThat(bus.visits).hasSize(1);
    }

    private void start(int port) {
        Agent agent = new Agent(
                new Identity("boot", "instance", "1", Map.of(), Map.of()),
                SessionSettings.DEFAULT,
                journal,
                commands,
                scheduler);
        RSocketLink link = new RSocketLink(
                Sockets.client("127.0.0.1", port),
                GuardRules.busAtAgent(),
                Setup.agent(new MinionId("web1"), "1"),
                Encoding.CBOR,
                KeepAlive.DEFAULT,
                new Violations(scheduler),
                scheduler);
        Backoff backoff = new Backoff(Duration.ofMillis(20), Duration.ofMillis(40), new Random(1));
        running = new BusLink(agent, link, backoff, scheduler).sessions().subscribe();
    }

    private FakeBus.Visit visit(int number) {
        await().atMost(LONG).until(() -> bus.visits.size() > number);
        return bus.visits.get(number);
    }

    /** A session that was reconciled and has asked for work. */
    private FakeBus.Visit asking(int number) {
        FakeBus.Visit visit = visit(number);
        await().atMost(LONG).until(() -> visit.demand.get() > 0);
        return visit;
    }
}
