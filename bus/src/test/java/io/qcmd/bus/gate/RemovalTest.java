package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Await;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionRef;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is forgotten, and who cannot be. */
class RemovalTest {
    private static final Principal ROOT = new Principal.Local(0, 0, 1);
    private static final MinionRef WEB1 = new MinionRef(new MinionId("web-1"));

    private Rooms bus = Rooms.open().enrol("web-1", "web-2");

    @Test
    void isMeantByNoTarget_fromThenOn_alsoAfterARestart() {
        assertThat(remove()).isEqualTo(WEB1);
        assertThat(names()).containsExactly("web-2");
        assertThat(bus.fleet.known()).isEqualTo(1);
        assertThat(bus.store.audits())
                .extracting(AuditRecord::actor, AuditRecord::action, AuditRecord::object)
                .contains(tuple(ROOT.trace(), "REMOVE", "web-1"));

        bus.crash();
        bus = Rooms.over(bus.store, bus.time);
        assertThat(names()).containsExactly("web-2");
        assertRefused(ErrorCode.MINION_NOT_FOUND, "is not enrolled");
    }

    @Test
    void comesAgain_asANewMinion_withoutItsQuarantine() {
        Await.value(bus.presence.quarantine(ROOT, new Quarantine(new Target("web-1"), true, "")));
        remove();
        bus.enrol("web-1");
        assertThat(names()).containsExactly("web-1", "web-2");

        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        assertThat(agent.messages).extracting(Message::job).containsExactly(job);
    }

    @Test
    void whoIsConnected_stays() {
        FakeAgent agent = bus.agent("web-1");
        assertRefused(ErrorCode.BAD_REQUEST, "is connected");
        agent.dispose();
        remove();
        assertThat(names()).containsExactly("web-2");
    }

    /** Its journal alone could tell, and nobody would know whether it is the same journal. */
    @Test
    void whoMayRunSomething_stays_andConnectsAgain() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job));
        agent.dispose();

        assertRefused(ErrorCode.BAD_REQUEST, "job " + job.shortForm() + " may run there");
        assertThat(bus.agent("web-1").read()).isNotNull();
        assertThat(bus.fleet.session(WEB1.minion())).isPresent();
    }

    @Test
    void whatWaitsForIt_expires_alsoAfterARestart() {
        JobId before = bus.job("web-1");
        JobId after = bus.job("web-1");
        remove();
        bus.advance(Duration.ofSeconds(31));
        assertThat(bus.fate(before, "web-1").state()).isEqualTo(TargetState.EXPIRED);
        assertThat(bus.fate(after, "web-1").state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    void whatWaitedForIt_expires_whenTheBusStartsAgain() {
        JobId job = bus.job("web-1");
        remove();
        bus.crash();
        bus = Rooms.over(bus.store, bus.time);
        bus.advance(Duration.ofSeconds(31));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    void isForgotten_alsoWhenTheCallerIsGone() {
        bus.removal.remove(ROOT, WEB1).subscribe().dispose();
        assertThat(names()).containsExactly("web-2");
    }

    private MinionRef remove() {
        return Await.value(bus.removal.remove(ROOT, WEB1));
    }

    private void assertRefused(ErrorCode code, String why) {
        assertThatThrownBy(this::remove)
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(why);
    }

    private List<String> names() {
        return bus.fleet.resolve(Selection.of(Target.ALL)).minions().stream()
                .map(MinionId::value)
                .toList();
    }
}
