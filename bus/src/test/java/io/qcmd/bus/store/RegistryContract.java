package io.qcmd.bus.store;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.DB1;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.WEB2;
import static io.qcmd.bus.store.StoreSamples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Registry} does. */
public abstract class RegistryContract {
    private static final Uncontrollable WORD = new Uncontrollable(Reason.QUARANTINED, "by root: it burns", 7);

    private Registry registry;

    /** An empty registry. */
    protected abstract Registry emptyRegistry();

    @BeforeEach
    void open() {
        registry = emptyRegistry();
    }

    @Test
    void enrolledMinions_areReadInOrderOfEnrolment() {
        await(registry.enrol(WEB2, 5, AUDIT));
        await(registry.enrol(WEB1, 6, AUDIT));

        assertThat(minions()).containsExactly(MinionRecord.enrolled(WEB2, 5), MinionRecord.enrolled(WEB1, 6));
    }

    @Test
    void enrolledMinion_isNotEnrolledAgain() {
        await(registry.enrol(WEB1, 5, AUDIT));

        assertThatThrownBy(() -> await(registry.enrol(WEB1, 6, AUDIT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("web1");
        assertThat(minions()).extracting(MinionRecord::enrolledAt).containsExactly(5L);
    }

    @Test
    void removedMinion_isForgotten_andMayBeEnrolledAgain() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.enrol(WEB2, 5, AUDIT));
        await(registry.sessionOpened(WEB1, session(6)));
        await(registry.quarantine(List.of(WEB1), WORD, AUDIT));

        await(registry.remove(WEB1, AUDIT));
        await(registry.remove(WEB1, AUDIT));
        assertThat(minions()).extracting(MinionRecord::id).containsExactly(WEB2);
        assertThatThrownBy(() -> await(registry.sessionEnded(WEB1, session(6), 7)))
                .isInstanceOf(IllegalStateException.class);

        await(registry.enrol(WEB1, 8, AUDIT));
        assertThat(minions()).contains(MinionRecord.enrolled(WEB1, 8));
    }

    @Test
    void session_ofAStranger_isRefused() {
        assertThatThrownBy(() -> await(registry.sessionOpened(WEB1, session(7))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> await(registry.sessionEnded(WEB1, session(6), 7)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(minions()).isEmpty();
    }

    @Test
    void session_isTheLatest() {
        await(registry.enrol(WEB1, 5, AUDIT));

        await(registry.sessionOpened(WEB1, session(6)));
        await(registry.sessionEnded(WEB1, session(6), 7));
        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, session(6), 7, null, Labels.NONE));

        await(registry.sessionOpened(WEB1, session(8)));
        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, session(8), 0, null, Labels.NONE));
    }

    @Test
    void endOfASession_keepsWhatItToldLast() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.sessionOpened(WEB1, session(6)));

        await(registry.sessionEnded(WEB1, session(6).withJournaled(99), 7));

        assertThat(minions())
                .containsExactly(new MinionRecord(WEB1, 5, session(6).withJournaled(99), 7, null, Labels.NONE));
    }

    @Test
    void endOfAnOlderSession_doesNotEndTheNewer() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.sessionOpened(WEB1, session(8)));

        await(registry.sessionEnded(WEB1, session(6), 8));

        assertThat(minions()).extracting(MinionRecord::sessionEndedAt).containsExactly(0L);
    }

    @Test
    void sessionsWithoutAnEnd_endTogether_butNoneThatBeganLater() {
        List.of(WEB1, WEB2, DB1).forEach(minion -> await(registry.enrol(minion, 5, AUDIT)));
        await(registry.sessionOpened(WEB1, session(6)));
        await(registry.sessionEnded(WEB1, session(6), 7));
        await(registry.sessionOpened(WEB2, session(9)));

        await(registry.sessionsEnded(9));
        assertThat(minions())
                .containsExactly(
                        new MinionRecord(WEB1, 5, session(6), 7, null, Labels.NONE),
                        new MinionRecord(WEB2, 5, session(9), 9, null, Labels.NONE),
                        MinionRecord.enrolled(DB1, 5));

        await(registry.sessionOpened(DB1, session(11)));
        await(registry.sessionsEnded(10));
        assertThat(minions()).extracting(MinionRecord::sessionEndedAt).containsExactly(7L, 9L, 0L);
    }

    @Test
    void endOfAMinionThatNeverConnected_changesNothing() {
        await(registry.enrol(WEB1, 5, AUDIT));

        await(registry.sessionEnded(WEB1, session(6), 8));

        assertThat(minions()).containsExactly(MinionRecord.enrolled(WEB1, 5));
    }

    @Test
    void quarantine_lastsUntilItIsTakenBack() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.enrol(WEB2, 5, AUDIT));
        await(registry.enrol(DB1, 5, AUDIT));

        await(registry.quarantine(List.of(WEB1, WEB2), WORD, AUDIT));
        assertThat(minions()).extracting(MinionRecord::quarantine).containsExactly(WORD, WORD, null);

        await(registry.quarantine(List.of(WEB2), null, AUDIT));
        assertThat(minions()).extracting(MinionRecord::quarantine).containsExactly(WORD, null, null);
    }

    @Test
    void quarantine_outlivesSessions() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.quarantine(List.of(WEB1), WORD, AUDIT));

        await(registry.sessionOpened(WEB1, session(8)));
        await(registry.sessionEnded(WEB1, session(8), 9));

        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, session(8), 9, WORD, Labels.NONE));
    }

    @Test
    void quarantine_withAStranger_isOfNobody() {
        await(registry.enrol(WEB1, 5, AUDIT));

        assertThatThrownBy(() -> await(registry.quarantine(List.of(WEB1, WEB2), WORD, AUDIT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("web2");
        assertThat(minions()).containsExactly(MinionRecord.enrolled(WEB1, 5));
    }

    @Test
    void quarantine_ofNobody_isWrittenDownAllTheSame() {
        await(registry.quarantine(List.of(), WORD, AUDIT));

        assertThat(minions()).isEmpty();
    }

    @Test
    void labels_areSetReplacedAndRemoved_oneByOne() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.enrol(WEB2, 5, AUDIT));
        await(registry.enrol(DB1, 5, AUDIT));

        await(registry.label(List.of(WEB1, WEB2), change(Map.of("role", "web", "dc", "bj ä")), AUDIT));
        await(registry.label(List.of(WEB2), change(Map.of("dc", "sh"), "role", "never-was"), AUDIT));

        assertThat(minions())
                .extracting(MinionRecord::labels)
                .containsExactly(
                        new Labels(Map.of("role", "web", "dc", "bj ä")), new Labels(Map.of("dc", "sh")), Labels.NONE);

        await(registry.label(List.of(WEB1, WEB2, DB1), change(Map.of(), "dc", "role"), AUDIT));
        assertThat(minions()).extracting(MinionRecord::labels).containsOnly(Labels.NONE);
    }

    @Test
    void labels_outliveSessionsAndQuarantines() {
        Labels web = new Labels(Map.of("role", "web"));
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.label(List.of(WEB1), change(web.pairs()), AUDIT));

        await(registry.sessionOpened(WEB1, session(8)));
        await(registry.quarantine(List.of(WEB1), WORD, AUDIT));
        await(registry.sessionEnded(WEB1, session(8), 9));

        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, session(8), 9, WORD, web));
    }

    @Test
    void labels_thatAreTooManyForOneMinion_orOfAStranger_areOfNobody() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.enrol(WEB2, 5, AUDIT));
        await(registry.label(List.of(WEB2), change(numbered(Labels.MOST)), AUDIT));

        assertThatThrownBy(() -> await(registry.label(List.of(WEB1, WEB2), change(Map.of("one", "more")), AUDIT)))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
        assertThatThrownBy(() -> await(registry.label(List.of(WEB1, DB1), change(Map.of("role", "web")), AUDIT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("db1");

        assertThat(minions())
                .extracting(MinionRecord::labels)
                .containsExactly(Labels.NONE, new Labels(numbered(Labels.MOST)));
    }

    private static Labels.Change change(Map<String, String> set, String... removed) {
        return new Labels.Change(new Labels(set), List.of(removed));
    }

    private static Map<String, String> numbered(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "name" + i, i -> "value"));
    }

    @Test
    void groups_areReadInOrderOfTheirNames_andTheLatestCounts() {
        Group web = new Group("web", new Target("web* and not '; DROP TABLE minion; --'=x"), 5, "ä");
        Group db = new Group("db.1", new Target("db*"), 6, "li");
        await(registry.setGroup(new Group("web", new Target("old"), 4, "li"), AUDIT));
        await(registry.setGroup(web, AUDIT));
        await(registry.setGroup(db, AUDIT));

        assertThat(values(registry.groups())).containsExactly(db, web);
    }

    @Test
    void removedGroup_isGone_andMayBeRemovedAgain() {
        await(registry.setGroup(new Group("web", new Target("web*"), 5, "li"), AUDIT));

        await(registry.removeGroup("web", AUDIT));
        await(registry.removeGroup("web", AUDIT));

        assertThat(values(registry.groups())).isEmpty();
    }

    private List<MinionRecord> minions() {
        return values(registry.minions());
    }
}
