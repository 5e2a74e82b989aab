package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerbsTest {
    private final Verbs verbs = new Verbs(new Session(
            new Console(
                    OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new Globals(),
            Clock.systemUTC(),
            Map.of(),
            null,
            (globals, url) -> new FakeClient(),
            (work, lastWords) -> work.get()));

    @Test
    void makesTheVerbThatComesFirst() {
        assertThat(made("run", "status", "--", "jobs", "--help")).containsExactly("RunVerb");
    }

    @Test
    void makesWhatMayBeTheVerb_behindOptions() {
        assertThat(made("--bus", "run", "-q", "status")).containsExactly("RunVerb", "StatusVerb");
    }

    @Test
    void makesAll_whereSomethingIsSaidAboutAll_orNothingIsClear() {
        int all = verbs.names().size();
        assertThat(made()).hasSize(all);
        assertThat(made("help", "run")).hasSize(all);
        assertThat(made("--help")).hasSize(all);
        assertThat(made("-q", "-h", "run")).hasSize(all);
        assertThat(made("-V")).hasSize(all);
        assertThat(made("rnu", "web1", "status")).hasSize(all);
    }

    private List<String> made(String... words) {
        return verbs.needed(List.of(words)).stream()
                .map(verb -> verb.getClass().getSimpleName())
                .toList();
    }
}
