package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Discarded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** What the exit code of a watched job tells. */
class WatchingTest {
    private static final Duration TOOK = Duration.ofMillis(12);

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Of 20 targets, some exit with 3, 42 and 7, some are lost, one may have been asked for and left out. */
    @ParameterizedTest
    @CsvSource({
        "'',              0, 0, 0, 0",
        "'',              3, 0, 0, 1",
        "'',              3, 1, 0, 4",
        "'',              0, 0, 1, 4",
        "--fail-on=any,   1, 0, 0, 1",
        "--fail-on=10%,   1, 0, 0, 0",
        "--fail-on=10%,   2, 0, 0, 1",
        "--fail-on=10%,   1, 1, 0, 4",
        "--fail-on=5%,    0, 0, 1, 0",
        "--fail-on=10%,   1, 0, 2, 4",
        "--fail-on=all,  19, 0, 0, 0",
        "--fail-on=all,  20, 0, 0, 1",
        "--fail-on=all,  19, 1, 0, 4",
        "--fail-on=never,20, 0, 9, 0",
        "--exit=max,      0, 0, 0, 0",
        "--exit=max,      1, 0, 0, 3",
        "--exit=max,      3, 0, 0, 42",
        "--exit=max,      3, 1, 0, 4",
        "--exit=max --fail-on=50%, 3, 0, 0, 0"
    })
    void exitCode(String options, int failed, int lost, int leftOut, int exit) {
        assertThat(run(options, failed, lost, leftOut)).isEqualTo(exit);
        String told = err.toString(StandardCharsets.UTF_8);
        if (exit == 0) {
            assertThat(told).doesNotContain(" · exit ");
        } else {
            assertThat(told).containsOnlyOnce(" · exit " + exit + " (");
        }
    }

    @Test
    void refusesWhatIsNoWayToTell() {
        assertThat(run("--exit=min", 0, 0, 0)).isEqualTo(2);
        assertThat(run("--fail-on=most", 0, 0, 0)).isEqualTo(2);
        assertThat(run("--on-interrupt=kill", 0, 0, 0)).isEqualTo(2);
        assertThat(run("--canary=web1", 0, 0, 0)).isEqualTo(2);
    }

    private int run(String options, int failed, int lost, int leftOut) {
        FakeClient client = new FakeClient();
        client.events = Flux.fromIterable(events(failed, lost, leftOut));
        Session session = new Session(
                new Console(new ByteArrayOutputStream(), err, false, StandardCharsets.UTF_8),
                new Globals(),
                Clock.systemUTC(),
                Map.of(),
                null,
                (globals, url) -> client,
                (work, lastWords) -> work.get());
        List<String> words = new ArrayList<>(List.of("run", "*"));
        words.addAll(options.isEmpty() ? List.of() : List.of(options.split(" ")));
        words.addAll(List.of("--", "true"));
        return new Cli(session).run(words.toArray(String[]::new));
    }

    private static List<JobEvent> events(int failed, int lost, int leftOut) {
        List<Discarded.Name> names = new ArrayList<>();
        for (int i = 0; i < leftOut; i++) {
            names.add(new Discarded.Name("gone" + i, Discarded.Reason.UNKNOWN, true));
        }
        List<JobEvent> events = new ArrayList<>();
        events.add(new JobEvent.Started(new Accepted(CliTest.JOB, 20, Discarded.of(names), 1, 2)));
        for (int i = 0; i < 20; i++) {
            events.add(new JobEvent.Ended(result("web" + i, i, failed, lost), false));
        }
        return events;
    }

    private static TargetResult result(String minion, int number, int failed, int lost) {
        if (number < failed) {
            return new TargetResult.Failed(minion, List.of(3, 42, 7).get(number % 3), TOOK, TargetOutput.NONE);
        }
        return number < failed + lost
                ? new TargetResult.Lost(minion, TargetOutput.NONE, "")
                : new TargetResult.Succeeded(minion, TOOK, TargetOutput.NONE);
    }
}
