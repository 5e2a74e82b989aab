package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class PagerTest {
    @TempDir
    private Path home;

    private Typist typist;
    private Path read;

    PagerTest() {
        typist = new Typist(Path.of("/"));
        read = Path.of("/");
    }

    @BeforeEach
    void sitDown() {
        typist = new Typist(home);
        typist.window = Place.Window.USUAL;
        typist.environment.put("TERM", "xterm");
        typist.client.minions = Flux.range(1, 20).map(i -> minion("web" + i));
        read = home.resolve("read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web*", "web1"})
    void aPage_isReadWithTheProgramOfTheUser_onATerminal(String target) {
        typist.environment.put("PAGER", "false");
        typist.environment.put("QCMD_PAGER", "sed 's/^/> /' > " + read);
        assertThat(typist.type("minions", "show", target)).isZero();
        assertThat(typist.out).isEmpty();
        assertThat(read).content().startsWith("> minion     web1\n> state ");
    }

    @Test
    void pagerOfAllPrograms_isOurs_whereThereIsNoOther() {
        typist.environment.put("PAGER", "cat > " + read);
        assertThat(typist.type("minions", "show", "web*")).isZero();
        assertThat(read).content().contains("minion     web20\n");
    }

    @Test
    void nobodyPages_inAPipe_norPrograms() {
        typist.environment.put("QCMD_PAGER", "cat > " + read);
        assertThat(typist.type("-o", "json", "minions", "show", "web1")).isZero();
        assertThat(typist.out).startsWith("{");
        typist.window = null;
        assertThat(typist.type("minions", "show", "web1")).isZero();
        assertThat(typist.out).startsWith("minion     web1\n");
        assertThat(read).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cat", "/no/such/pager"})
    void aPage_isPrinted_whereThereIsNoPager(String none) {
        typist.environment.put("QCMD_PAGER", none);
        assertThat(typist.type("minions", "show", "web1")).isZero();
        assertThat(typist.out).startsWith("minion     web1\n");
    }

    @Test
    void aPage_isPrinted_onATerminalThatMovesNoCursor() {
        typist.environment.put("QCMD_PAGER", "cat > " + read);
        typist.environment.put("TERM", "dumb");
        assertThat(typist.type("minions", "show", "web1")).isZero();
        assertThat(typist.out).startsWith("minion     web1\n");
    }

    /** More than a pipe holds is not read. */
    @Test
    void whoHasReadEnough_leavesEarly() {
        typist.client.minions = Flux.range(1, 5_000).map(i -> minion("web" + i));
        typist.environment.put("QCMD_PAGER", "true");
        assertThat(typist.type("minions", "show", "web*")).isZero();
        assertThat(typist.out).isEmpty();
    }

    private static MinionInfo minion(String id) {
        return new MinionInfo(
                new MinionId(id),
                MinionInfo.Presence.UP,
                null,
                1,
                1,
                1,
                "0.1.0",
                Map.of(),
                Map.of(),
                Labels.NONE,
                null,
                0,
                new MinionInfo.ChannelInfo(0, 256, null, 0, 0));
    }
}
