package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.PingQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A new job is told BUSY before anything of it is written; what is under way is not touched. */
class AdmissionTest {
    private static final Principal ALICE = new Principal.Local(1_000, 1_000, 7);
    private static final Principal BOB = new Principal.Local(1_001, 1_001, 8);

    private final MemoryStore store = new MemoryStore();
    private final Rooms bus = Rooms.over(store, VirtualTimeScheduler.create());

    @Test
    void busUnderPressure_refusesANewJob_andWritesNothing() {
        bus.enrol("web-1");
        QcmdException why = QcmdException.busy("bus: behind", Duration.ofSeconds(3));
        bus.pressure = why;

        assertThat(refused(ALICE, bus.request("web-1"))).isSameAs(why);
        // It is not even looked whether the target is right.
        assertThat(refused(ALICE, bus.request("nobody"))).isSameAs(why);

        assertThat(Await.values(store.newest(9))).isEmpty();
        assertThat(bus.accounting.liveJobs()).isZero();
        assertThat(bus.jobs.refused()).isEqualTo(2);
    }

    @Test
    void busUnderPressure_stillCancels_pings_answers_andTakesResults() {
        FakeAgent agent = bus.enrol("web-1").agent("web-1");
        JobId running = bus.job("web-1");
        agent.say(new Report.Ready(running));
        JobId waiting = bus.job("web-1");
        bus.pressure = QcmdException.busy("bus: behind", Duration.ofSeconds(3));

        assertThat(bus.cancel(waiting)).singleElement().returns(CancelPage.Effect.FENCED, CancelPage.Answer::effect);
        agent.succeeded(running);
        assertThat(bus.fate(running, "web-1").state().isFinal()).isTrue();
        assertThat(Await.values(bus.fleet.list(new MinionQuery(Selection.of(Target.ALL), null))))
                .hasSize(1);
        CompletableFuture<?> ping = bus.fleet
                .ping(new PingQuery(Selection.of(new Target("web-1")), 1_000))
                .next()
                .toFuture();
        bus.advance(Duration.ofSeconds(1));
        assertThat(ping).isCompleted();
    }

    @Test
    void roomOfTargets_isGivenBack_oneByOne_asTheyEnd() {
        bus.enrol(minions(100));
        FakeAgent agent = bus.agent("web-0");
        List<JobId> jobs = IntStream.range(0, 3).mapToObj(i -> bus.job("*")).toList();
        assertThat(bus.accounting.liveTargets()).isEqualTo(300);

        agent.say(new Report.Ready(jobs.get(0))).succeeded(jobs.get(0));

        assertThat(bus.accounting.liveTargets()).isEqualTo(299);
        assertThat(bus.accounting.liveJobs()).isEqualTo(3);
        bus.cancel(jobs.get(0));
        assertThat(bus.accounting.liveTargets()).isEqualTo(200);
        assertThat(bus.accounting.liveJobs()).isEqualTo(2);
    }

    @Test
    void roomOfAJob_isTakenAgain_afterARestart() {
        bus.enrol("web-1", "web-2");
        bus.job("web-*");
        bus.crash();

        Rooms next = Rooms.over(store, bus.time);

        assertThat(next.accounting.liveJobs()).isEqualTo(1);
        assertThat(next.accounting.liveTargets()).isEqualTo(2);
    }

    @Test
    void userWhoIsTooFast_isToldHowLongToWait_andTheOthersAreNotConcerned() {
        bus.enrol("web-1");
        int most = Rooms.SUBMITS_PER_SECOND;
        for (int i = 0; i < most; i++) {
            Await.value(bus.jobs.accept(ALICE, bus.request("web-1")));
        }

        QcmdException busy = refused(ALICE, bus.request("web-1"));

        assertThat(busy).hasMessage("uid 1000: more than 500 jobs a second, the limit of submits_per_second");
        assertThat(busy.retryAfterMillis()).isEqualTo(2);
        assertThat(Await.value(bus.jobs.accept(BOB, bus.request("web-1"))).matched())
                .isEqualTo(1);
        bus.advance(Duration.ofMillis(busy.retryAfterMillis()));
        assertThat(Await.value(bus.jobs.accept(ALICE, bus.request("web-1"))).matched())
                .isEqualTo(1);
    }

    @Test
    void clientsOverTcp_shareTheLimitsOfTheirHost() {
        assertThat(new Principal.Remote("/127.0.0.1:5123").user())
                .isEqualTo(new Principal.Remote("/127.0.0.1:6234").user())
                .isNotEqualTo(new Principal.Remote("/127.0.0.2:5123").user());
        assertThat(new Principal.Local(0, 0, 1).user()).isEqualTo(new Principal.Local(0, 0, 2).user());
    }

    private QcmdException refused(Principal actor, Submit request) {
        return catchThrowableOfType(QcmdException.class, () -> Await.value(bus.jobs.accept(actor, request)));
    }

    private static String[] minions(int count) {
        return IntStream.range(0, count).mapToObj(i -> "web-" + i).toArray(String[]::new);
    }
}
