package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class ManPageTest {
    private static final Path MANDOC = Path.of("/usr/bin/mandoc");

    @TempDir
    private Path directory;

    @Test
    void tellsEveryOptionOfAVerb_andNoMacroByAccident() {
        String page = page("run");
        assertThat(page)
                .startsWith(".TH \"QCMD\\-RUN\" \"1\"")
                .contains(
                        "qcmd\\-run \\- Run a command on minions",
                        "\n\\fB\\-\\-timeout TIME\\fR\n",
                        "\n\\fBTARGET\\fR\n")
                .doesNotContain("\n\\fB\\-\\-bus");
        assertThat(page.lines().filter(line -> line.startsWith("'"))).isEmpty();
        assertThat(page("minions")).contains(".SH \"QCMD MINIONS TAP\"");
    }

    @Test
    void holdsAllTopics() {
        assertThat(page()).contains(".SH \"EXIT CODES\"", ".SH \"TARGETS\"", "~^db\\ed+$", "\\fB\\-\\-bus URL\\fR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "jobs", "minions", "profile", "help"})
    void pleasesMandoc(String verb) throws Exception {
        assumeTrue(Files.isExecutable(MANDOC), "mandoc is not installed");
        Path page = Files.writeString(directory.resolve("page.1"), verb.isEmpty() ? page() : page(verb));
        Path said = directory.resolve("said");
        new ProcessBuilder(MANDOC.toString(), "-Tlint", "-Wwarning", page.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        // The page is of a version, not of a day.
        assertThat(Files.readAllLines(said)).hasSize(1).allMatch(line -> line.contains("missing date"));
    }

    private String page(String... verb) {
        Typist typist = new Typist(directory);
        List<String> words = new ArrayList<>(List.of("help", "--man"));
        words.addAll(List.of(verb));
        assertThat(typist.type(words.toArray(String[]::new))).isZero();
        return typist.out;
    }
}
