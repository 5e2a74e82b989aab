package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.QcmdException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks that are repeated; what ends them here is a bus that goes away. */
class RefreshTest {
    private final FakeClient client = new FakeClient();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int looks;

    @Test
    void drawsTheScreenAnew_onATerminal() {
        client.status = goesAwayAfter(2, Mono.fromSupplier(() -> status(++looks)));
        assertThat(qcmd(true, "status", "--watch")).isEqualTo(6);
        assertThat(out().split("\u001b\\[H\u001b\\[2J")).hasSize(3).satisfies(screens -> {
            assertThat(screens[0]).isEmpty();
            assertThat(screens[1]).startsWith("bus ").contains("minions  1 known");
            assertThat(screens[2]).startsWith("bus ").contains("minions  2 known");
        });
    }

    @Test
    void writesALinePerLook_inAPipe() {
        client.status = goesAwayAfter(1, Mono.just(status(7)));
        assertThat(qcmd(false, "status", "-w")).isEqualTo(6);
        assertThat(out()).startsWith("{").endsWith("}\n").hasLineCount(1).doesNotContain("\u001b");
    }

    @Test
    void writesWhatIsNewOfMinions() {
        Console console = console(false);
        MinionChanges changes = new MinionChanges(console);
        changes.show(List.of(minion("web1", Presence.UP, 1), minion("web2", Presence.UP, 1)));
        changes.show(List.of(minion("web1", Presence.UP, 2), minion("web2", Presence.DOWN, 1)));
        changes.show(List.of(minion("web1", Presence.UP, 3)));
        changes.show(List.of(minion("web1", Presence.UP, 3), minion("web2", Presence.DOWN, 1)));
        console.flush();
        assertThat(out().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"web1\"", "\"up\""),
                        line -> assertThat(line).contains("\"web2\"", "\"up\""),
                        line -> assertThat(line).contains("\"web2\"", "\"down\""),
                        line -> assertThat(line).isEqualTo("{\"type\":\"gone\",\"minion\":\"web2\"}"),
                        line -> assertThat(line).contains("\"web2\"", "\"down\""));
    }

    @Test
    void isNoDocument() {
        assertThat(qcmd(false, "-o", "json", "status", "--watch")).isEqualTo(2);
        assertThat(qcmd(false, "-o", "json", "minions", "ls", "-w")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("qcmd -o jsonl minions ls --watch");
    }

    @Test
    void showsEachOfSeveralMinions() {
        client.minions = Flux.just(minion("web1", Presence.UP, 1), minion("web2", Presence.DOWN, 1));
        assertThat(qcmd(false, "minions", "show", "web*")).isZero();
        assertThat(out()).startsWith("minion     web1\n").contains("\n\nminion     web2\n");
        assertThat(qcmd(false, "minions", "show", "web*", "-o", "json")).isZero();
        assertThat(out()).contains("\n[\n{").endsWith("}\n]\n");
        assertThat(client.asked).filteredOn("list web*"::equals).hasSize(2);
    }

    private <T> Mono<T> goesAwayAfter(int answers, Mono<T> answer) {
        int[] asked = {0};
        return Mono.defer(() -> asked[0]++ < answers
                ? answer
                : Mono.error(new QcmdException(ErrorCode.UNREACHABLE, "the bus went away")));
    }

    private static MinionInfo minion(String id, Presence presence, long lastSeen) {
        return new MinionInfo(
                new MinionId(id),
                presence,
                null,
                940_000,
                lastSeen,
                1_000,
                "0.1.0",
                Map.of(),
                Map.of(),
                Labels.NONE,
                null,
                0,
                new MinionInfo.ChannelInfo(0, 256, null, 0, 0));
    }

    private static BusStatus status(int known) {
        return new BusStatus(
                "0.1.0",
                "d1",
                0,
                3_600_000,
                "sqlite",
                known,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                new BusStatus.Pressure(0, 0, 1, 0, 1, 0, 0),
                BusStatus.Callbacks.NONE);
    }

    private int qcmd(boolean terminal, String... words) {
        Session session = new Session(
                console(terminal),
                new Globals(),
                Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC),
                Map.of(),
                null,
                (globals, url) -> client,
                (work, lastWords) -> work.get());
        return new Cli(session).run(words);
    }

    private Console console(boolean terminal) {
        return new Console(out, err, terminal, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
