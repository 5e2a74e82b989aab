package io.qcmd.bus.store;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.WEB2;
import static io.qcmd.bus.store.StoreSamples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Registry} does. */
public abstract class RegistryContract {
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

        assertThat(minions()).containsExactly(new MinionRecord(WEB2, 5, null, 0), new MinionRecord(WEB1, 6, null, 0));
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
    void session_ofAStranger_isRefused() {
        assertThatThrownBy(() -> await(registry.sessionOpened(WEB1, session(7))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> await(registry.sessionEnded(WEB1, 7))).isInstanceOf(IllegalStateException.class);
        assertThat(minions()).isEmpty();
    }

    @Test
    void session_isTheLatest() {
        await(registry.enrol(WEB1, 5, AUDIT));

        await(registry.sessionOpened(WEB1, session(6)));
        await(registry.sessionEnded(WEB1, 7));
        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, session(6), 7));

        await(registry.sessionOpened(WEB1, session(8)));
        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, session(8), 0));
    }

    @Test
    void endOfAnOlderSession_doesNotEndTheNewer() {
        await(registry.enrol(WEB1, 5, AUDIT));
        await(registry.sessionOpened(WEB1, session(8)));

        await(registry.sessionEnded(WEB1, 8));

        assertThat(minions()).extracting(MinionRecord::sessionEndedAt).containsExactly(0L);
    }

    @Test
    void endOfAMinionThatNeverConnected_changesNothing() {
        await(registry.enrol(WEB1, 5, AUDIT));

        await(registry.sessionEnded(WEB1, 8));

        assertThat(minions()).containsExactly(new MinionRecord(WEB1, 5, null, 0));
    }

    private List<MinionRecord> minions() {
        return values(registry.minions());
    }
}
