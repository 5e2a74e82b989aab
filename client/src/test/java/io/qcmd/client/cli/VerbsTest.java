package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** The launcher starts them: help and the TAB key know them all the same. */
    @Test
    void knowsEveryVerbOfTheLauncher() throws IOException {
        Matcher roles =
                Pattern.compile("(?m)^ +(bus \\| .*)\\) role=").matcher(Files.readString(Path.of("..", "qcmd")));
        assertThat(roles.find()).isTrue();
        assertThat(verbs.names()).contains(roles.group(1).split(" \\| "));
    }

    private List<String> made(String... words) {
        return verbs.needed(List.of(words)).stream()
                .map(verb -> verb.getClass().getSimpleName())
                .toList();
    }
}
