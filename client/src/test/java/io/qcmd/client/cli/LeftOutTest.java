package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Discarded.Reason;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.PingPage.Pong;
import io.qcmd.protocol.PreviewPage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** A name that was typed and that no answer shows is told, and ends a verb with 4, as it ends a run. */
class LeftOutTest {
    private static final MinionId WEB1 = new MinionId("web1");

    private final Typist typist;

    LeftOutTest(@TempDir Path home) {
        typist = new Typist(home);
        typist.client.pongs = Flux.just(new Pong(WEB1, 420));
        typist.client.minions = Flux.just(web1());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ping",
                "minions ls",
                "minions ls --state up",
                "minions show",
                "minions quarantine",
                "minions release",
                "minions label",
                "cancel @last --on"
            })
    void aNameThatNobodyHas_isTold_andEndsWith4(String verb) {
        typist.client.preview = Flux.just(
                page(Map.of(Reason.UNKNOWN, 2, Reason.EXCLUDED, 1), List.of()),
                page(
                        Map.of(Reason.UNKNOWN, 2, Reason.EXCLUDED, 1),
                        List.of(
                                new Discarded.Name("web3", Reason.EXCLUDED, true),
                                new Discarded.Name("web8", Reason.UNKNOWN, true),
                                new Discarded.Name("web9", Reason.UNKNOWN, true))));
        assertThat(typist.type(words(verb))).isEqualTo(4);
        assertThat(typist.err)
                .contains("left out: 2 minions (unknown): web[8-9]\n")
                .doesNotContain("excluded");
        assertThat(typist.client.asked).contains("preview web1,web[8-9] uncontrollable QUEUE");
    }

    @Test
    void aNameThatNobodyAskedFor_isTold_andEndsWell() {
        typist.client.preview =
                Flux.just(page(Map.of(Reason.UNKNOWN, 1), List.of(new Discarded.Name("old1", Reason.UNKNOWN, false))));
        assertThat(typist.type("ping", "@web")).isZero();
        assertThat(typist.err).contains("left out: 1 minion (unknown): old1\n");
        assertThat(typist.type("-q", "ping", "@web")).isZero();
        assertThat(typist.err).isEmpty();
    }

    @Test
    void nobodyReadsOn_whenTheFirstPageSaysThatNobodyIsMissing() {
        typist.client.preview = Flux.just(page(Map.of(Reason.OVER_LIMIT, 7), List.of()))
                .concatWith(Flux.error(new AssertionError("a second page was read")));
        assertThat(typist.type("minions", "ls", "web*", "--limit", "1")).isZero();
        assertThat(typist.err).isEmpty();
    }

    private static String[] words(String verb) {
        String label = verb.endsWith("label") ? " role=web" : "";
        return (verb + " web1,web[8-9]" + label).split(" ");
    }

    private static PreviewPage page(Map<Reason, Integer> counts, List<Discarded.Name> names) {
        return new PreviewPage(1, counts, List.of(WEB1), names);
    }

    private static MinionInfo web1() {
        return new MinionInfo(
                WEB1,
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
