package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.qcmd.bus.fleet.Census;
import io.qcmd.bus.fleet.Presence;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Await;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** From what agents do and operators say to who is left out of runs, through the doors and over a restart. */
class PresenceTest {
    private static final Principal ROOT = new Principal.Local(0, 0, 1);
    private static final Duration GONE = Rooms.PRESENCE.uncontrollableAfter();

    private Rooms bus = Rooms.open().enrol("web-1", "web-2");

    @Test
    void minionThatIsGone_isLeftOutAndReported() {
        bus.agent("web-1");
        bus.advance(GONE.plusMillis(1));

        Accepted accepted = bus.submit("web-*");

        assertThat(accepted.matched()).isEqualTo(1);
        assertThat(accepted.discarded().counts()).containsEntry(Discarded.Reason.UNCONTROLLABLE, 1);
        assertThat(accepted.discarded().names())
                .extracting(Discarded.Name::name)
                .containsExactly("web-2");
        assertThat(bus.fleet.census()).isEqualTo(new Census(1, 1));
    }

    @Test
    void nobodyLeft_isNoJob() {
        bus.advance(GONE.plusMillis(1));

        assertThatThrownBy(() -> bus.submit("web-*"))
                .hasMessageContaining("No minions matched")
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo("left out: 2 uncontrollable; see qcmd minions ls --state uncontrollable");
    }

    @Test
    void uncontrollableMinion_isATarget_whenTheRequestSaysQueue() {
        bus.advance(GONE.plusMillis(1));

        assertThat(submit("web-*", WhenUncontrollable.QUEUE).matched()).isEqualTo(2);
    }

    @Test
    void uncontrollableMinion_isAnError_whenTheRequestSaysFail() {
        bus.agent("web-1");
        assertThat(submit("web-*", WhenUncontrollable.FAIL).matched()).isEqualTo(2);
        bus.advance(GONE.plusMillis(1));

        assertThatThrownBy(() -> submit("web-*", WhenUncontrollable.FAIL))
                .hasMessageContaining("web-2")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.MINIONS_UNCONTROLLABLE);
        assertThat(submit("web-1", WhenUncontrollable.FAIL).matched()).isEqualTo(1);
    }

    @Test
    void minionThatCameBack_isControllable_afterTwoHealthyHealths() {
        bus.advance(GONE.plusMillis(1));
        FakeAgent agent = bus.agent("web-1");
        assertThat(reason("web-1")).isEqualTo(Reason.GONE);

        agent.say(healthy());
        assertThat(reason("web-1")).isEqualTo(Reason.GONE);
        agent.say(healthy());

        assertThat(info("web-1").presence()).isEqualTo(MinionInfo.Presence.UP);
        assertThat(bus.submit("web-1").matched()).isEqualTo(1);
    }

    @Test
    void health_isJudgedAgainstTheClockOfTheBus() {
        FakeAgent agent = bus.agent("web-1");
        agent.say(new Report.Health(bus.clock.millis() - 1_500, 1 << 30, 1 << 20, 4, 3, 125));

        assertThat(info("web-1").health())
                .isEqualTo(new MinionInfo.HealthInfo(bus.clock.millis(), -1_500, 1 << 30, 1 << 20, 4, 3, 125));
        assertThat(reason("web-1")).isNull();

        agent.say(new Report.Health(bus.clock.millis() - 301_000, 1 << 30, 1 << 20, 4, 3, 125));
        assertThat(reason("web-1")).isEqualTo(Reason.CLOCK);
        assertThat(info("web-2").health()).isNull();
    }

    @Test
    void health_isJudgedAgainstTheWallClock_whereBusTimeIsAnother() {
        Clock wall = Clock.offset(bus.clock, Duration.ofHours(1));
        Presence presence = new Presence(bus.fleet, bus.store, bus.topics, bus.clock, wall, Schedulers.immediate());
        bus.agent("web-1");

        presence.health(new MinionId("web-1"), new Report.Health(wall.millis() + 3, 1 << 30, 1 << 20, 4, 4, 0));

        assertThat(info("web-1").health()).isNotNull().satisfies(health -> {
            assertThat(health.clockOffsetMillis()).isEqualTo(3);
            assertThat(health.at()).isEqualTo(bus.clock.millis());
        });
    }

    @Test
    void quarantine_comesIntoForce_alsoWhenTheCallerIsGone() {
        Presence presence = new Presence(bus.fleet, bus.store, bus.topics, bus.clock, bus.clock, bus.time);
        Quarantine wanted = new Quarantine(new Target("web-1"), true, "");

        presence.quarantine(ROOT, wanted).subscribe().dispose();
        bus.advance(Duration.ofMillis(1));

        assertThat(reason("web-1")).isEqualTo(Reason.QUARANTINED);
    }

    @Test
    void agentThatNeverAnswers_isNotReady_afterThreeConnections() {
        for (int n = 0; n < 3; n++) {
            assertThat(reason("web-1")).isNull();
            bus.job("web-1");
            FakeAgent agent = bus.agent("web-1");
            assertThat(agent.messages).hasSize(1);
            bus.advance(Duration.ofSeconds(12));
            assertThat(agent.isConnected()).isFalse();
        }
        assertThat(reason("web-1")).isEqualTo(Reason.NOT_READY);
    }

    @Test
    void refusal_isAnAnswer() {
        for (int n = 0; n < 4; n++) {
            JobId job = bus.job("web-1");
            FakeAgent agent =
                    bus.agent("web-1").say(new Report.Refused(job, "not today")).ask();
            bus.job("web-1");
            agent.dispose();
            bus.advance(Duration.ofSeconds(31));
        }
        assertThat(reason("web-1")).isNull();
    }

    @Test
    void quarantine_stopsOffers_andReleaseLetsThemGo() {
        FakeAgent agent = bus.agent("web-1");
        assertThat(quarantine("web-*", true, "it burns")).isEqualTo(new Quarantined(2, 2));
        assertThat(bus.fleet.uncontrollable(new MinionId("web-1")))
                .contains(new Uncontrollable(Reason.QUARANTINED, "by root: it burns", Rooms.START));

        JobId job = submit("web-1", WhenUncontrollable.QUEUE).job();
        assertThat(agent.messages).isEmpty();
        assertThat(info("web-1").channel().queued()).isEqualTo(1);

        assertThat(quarantine("web-1", false, "")).isEqualTo(new Quarantined(1, 1));
        assertThat(agent.messages).extracting(message -> message.job()).containsExactly(job);
        assertThat(reason("web-1")).isNull();
        assertThat(reason("web-2")).isEqualTo(Reason.QUARANTINED);
    }

    @Test
    void quarantine_leavesTheMessageThatIsOnItsWay_andTheControlLane() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        quarantine("web-1", true, "");

        agent.say(new Report.Ready(job));
        bus.cancel(job);

        assertThat(agent.read())
                .hasOnlyElementsOfTypes(Control.Go.class, Control.Cancel.class)
                .hasSize(2);
    }

    @Test
    void whatWaitsInAQuarantine_expires() {
        bus.agent("web-1");
        quarantine("web-1", true, "");
        JobId job = submit("web-1", WhenUncontrollable.QUEUE).job();

        bus.advance(Duration.ofSeconds(31));

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    void healthyHealths_doNotEndAQuarantine() {
        FakeAgent agent = bus.agent("web-1");
        quarantine("web-1", true, "");

        agent.say(healthy(), healthy(), healthy());

        assertThat(reason("web-1")).isEqualTo(Reason.QUARANTINED);
    }

    @Test
    void quarantine_outlivesTheBus_andSoDoesItsAudit() {
        quarantine("web-1", true, "it burns");
        bus.crash();
        bus = Rooms.over(bus.store, bus.time);

        assertThat(info("web-1").uncontrollable())
                .isEqualTo(new Uncontrollable(Reason.QUARANTINED, "by root: it burns", Rooms.START));
        FakeAgent agent = bus.agent("web-1");
        submit("web-1", WhenUncontrollable.QUEUE);
        assertThat(agent.messages).isEmpty();
        assertThat(bus.store.audits())
                .extracting(AuditRecord::action, AuditRecord::object, AuditRecord::text)
                .contains(tuple("QUARANTINE", "web-1", "1 of 1 minions: it burns [web-1]"));

        quarantine("web-1", false, "");
        assertThat(agent.messages).hasSize(1);
        bus.crash();
        bus = Rooms.over(bus.store, bus.time);
        assertThat(reason("web-1")).isNull();
    }

    @Test
    void secondQuarantine_changesNothing() {
        quarantine("web-1", true, "first");

        assertThat(quarantine("web-*", true, "second")).isEqualTo(new Quarantined(2, 1));

        assertThat(info("web-1").uncontrollable()).extracting("text").isEqualTo("by root: first");
        assertThat(quarantine("web-*", false, "")).isEqualTo(new Quarantined(2, 2));
        assertThat(quarantine("web-*", false, "")).isEqualTo(new Quarantined(2, 0));
    }

    @Test
    void quarantineOfNobody_isAnError() {
        assertThatThrownBy(() -> quarantine("db-1", true, "")).hasMessageContaining("No minions matched");
    }

    @Test
    void goneSince_countsFromTheStartOfTheBus() {
        bus.agent("web-1").dispose();
        bus.advance(GONE.multipliedBy(2));
        bus.crash();
        bus = Rooms.over(bus.store, bus.time);

        assertThat(info("web-1").presence()).isEqualTo(MinionInfo.Presence.DOWN);
        bus.advance(GONE);
        assertThat(info("web-1").presence()).isEqualTo(MinionInfo.Presence.DOWN);
        bus.advance(Duration.ofMillis(1));
        assertThat(info("web-1").presence()).isEqualTo(MinionInfo.Presence.UNCONTROLLABLE);
    }

    @Test
    void list_isOfAll_orOfOnePresence() {
        bus.agent("web-1");
        quarantine("web-2", true, "");

        assertThat(listed(null)).containsExactly("web-1", "web-2");
        assertThat(listed(MinionInfo.Presence.UP)).containsExactly("web-1");
        assertThat(listed(MinionInfo.Presence.UNCONTROLLABLE)).containsExactly("web-2");
        assertThat(listed(MinionInfo.Presence.DOWN)).isEmpty();
    }

    private Report.Health healthy() {
        return new Report.Health(bus.clock.millis(), 1 << 30, 1 << 20, 4, 4, 0);
    }

    private Quarantined quarantine(String target, boolean on, String reason) {
        return Await.value(bus.presence.quarantine(ROOT, new Quarantine(new Target(target), on, reason)));
    }

    private Accepted submit(String target, WhenUncontrollable rule) {
        Submit plain = bus.request(target);
        Selection selection = plain.selection().withUncontrollable(rule);
        return Await.value(
                bus.jobs.accept(ROOT, new Submit(plain.requestId(), selection, plain.command(), plain.expireMillis())));
    }

    private MinionInfo info(String minion) {
        return Await.value(bus.fleet
                .list(new MinionQuery(Selection.of(new Target(minion)), null))
                .single());
    }

    private List<String> listed(MinionInfo.@Nullable Presence state) {
        return Await.values(bus.fleet
                .list(new MinionQuery(Selection.of(Target.ALL), state))
                .map(minion -> minion.id().value()));
    }

    private @Nullable Reason reason(String minion) {
        Uncontrollable why = info(minion).uncontrollable();
        return why == null ? null : why.reason();
    }
}
