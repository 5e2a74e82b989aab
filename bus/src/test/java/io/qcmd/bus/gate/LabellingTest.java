package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.qcmd.bus.fleet.Labelling;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Await;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Relabel;
import io.qcmd.protocol.Relabelled;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From what operators say of minions to whom a target means, over sessions and a restart. The agents say of themselves that they are {@code role=web}. */
class LabellingTest {
    private static final Principal ROOT = new Principal.Local(0, 0, 1);

    private Rooms bus = Rooms.open().enrol("web-1", "web-2");

    @Test
    void label_isWhatTargetsMean_fromThenOn() {
        assertThat(label("web-*", Map.of("dc", "bj", "tier", "1"))).isEqualTo(new Relabelled(2, 2));
        assertThat(label("web-2", Map.of("dc", "sh"), "tier", "never-was")).isEqualTo(new Relabelled(1, 1));

        assertThat(named("dc=bj and tier=1")).containsExactly("web-1");
        assertThat(named("dc=*")).containsExactly("web-1", "web-2");
        assertThatThrownBy(() -> named("tier=1 and dc=sh")).hasMessageContaining("No minions matched");
        assertThatThrownBy(() -> named("G@dc:bj")).as("no fact").hasMessageContaining("No minions matched");
    }

    @Test
    @Tag("A23")
    void label_standsAboveWhatTheAgentSays_andRemovedGivesWayToIt() {
        connect("web-1").dispose();
        label("web-1", Map.of("role", "canary"));
        connect("web-1");

        assertThat(named("role=canary")).containsExactly("web-1");
        MinionInfo info = info("web-1");
        assertThat(info.labels()).containsEntry("role", "web");
        assertThat(info.given()).isEqualTo(new Labels(Map.of("role", "canary")));
        assertThat(info.effectiveLabels()).containsEntry("role", "canary");

        label("web-1", Map.of(), "role");
        assertThat(named("role=web")).containsExactly("web-1");
        assertThat(info("web-1").given()).isEqualTo(Labels.NONE);
    }

    @Test
    void label_outlivesTheBus_andSoDoesItsAudit() {
        label("web-*", Map.of("role", "db", "dc", "bj"), "old");
        bus.crash();
        bus = Rooms.over(bus.store, bus.time);
        connect("web-1");

        assertThat(named("role=db and dc=bj")).containsExactly("web-1", "web-2");
        assertThat(bus.store.audits())
                .extracting(AuditRecord::actor, AuditRecord::action, AuditRecord::object, AuditRecord::text)
                .contains(tuple(ROOT.trace(), "LABEL", "web-*", "2 of 2 minions: dc=bj role=db old- [web-1,web-2]"));
    }

    @Test
    void labelThatIsThere_andOneThatIsNot_changeNothing() {
        label("web-1", Map.of("dc", "bj"));

        assertThat(label("web-*", Map.of("dc", "bj"))).isEqualTo(new Relabelled(2, 1));
        assertThat(label("web-*", Map.of("dc", "bj"), "old")).isEqualTo(new Relabelled(2, 0));
    }

    @Test
    void labelsBeyondTheLimitOfOneMinion_changeNobody() {
        label("web-2", many());

        assertThatThrownBy(() -> label("web-*", Map.of("one", "more")))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED))
                .hasMessage("minion 'web-2': labels: 33 of one minion; at most 32");

        assertThat(info("web-1").given()).isEqualTo(Labels.NONE);
        assertThat(label("web-2", Map.of("one", "more"), "name-0")).isEqualTo(new Relabelled(1, 1));
    }

    @Test
    void label_comesIntoForce_alsoWhenTheCallerIsGone() {
        Labelling labelling = new Labelling(bus.fleet, bus.store, bus.clock, bus.time);
        Labels.Change change = new Labels.Change(new Labels(Map.of("dc", "bj")), List.of());

        labelling
                .relabel(ROOT, new Relabel(new Target("web-1"), change))
                .subscribe()
                .dispose();
        bus.advance(Duration.ofMillis(1));

        assertThat(named("dc=bj")).containsExactly("web-1");
    }

    @Test
    void labelOfNobody_isAnError() {
        assertThatThrownBy(() -> label("db-1", Map.of("dc", "bj"))).hasMessageContaining("No minions matched");
    }

    private Relabelled label(String target, Map<String, String> set, String... removed) {
        Labels.Change change = new Labels.Change(new Labels(set), List.of(removed));
        return Await.value(bus.labelling.relabel(ROOT, new Relabel(new Target(target), change)));
    }

    private FakeAgent connect(String minion) {
        Hello web = new Hello("epoch", 0, "boot", "one", "test", Map.of("role", "web"), Map.of(), List.of(), true);
        FakeAgent agent = FakeAgent.connect(bus.gate, new MinionId(minion)).say(web);
        agent.read();
        return agent;
    }

    private List<String> named(String target) {
        return bus.fleet.resolve(Selection.of(new Target(target))).minions().stream()
                .map(minion -> minion.value())
                .toList();
    }

    private MinionInfo info(String minion) {
        return Await.value(bus.fleet
                .list(new MinionQuery(Selection.of(new Target(minion)), null))
                .single());
    }

    private static Map<String, String> many() {
        return IntStream.range(0, Labels.MOST).boxed().collect(Collectors.toMap(i -> "name-" + i, i -> "value"));
    }
}
