package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What README promises to somebody who types it in: the demo, and each command after it. */
@Timeout(300)
class ReadmeIT {
    private static final Path README = House.LAUNCHER.resolveSibling("README.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(.*?)^```$");

    @TempDir
    Path directory;

    @Test
    void itsCommandsWork_andTheDemoSaysWhatItShows() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(README))
                .results()
                .map(block -> block.group(1))
                .toList();
        try (Program demo = Program.start(
                directory,
                "demo",
                Map.of(),
                List.of("env", "--default-signal=INT", House.LAUNCHER.toString(), "demo", "--dir", place()))) {
            await().atMost(House.LIMIT.multipliedBy(2)).until(() -> demo.out().contains("Now in another terminal:"));
            assertShown(only(blocks, "bus "), demo);

            for (String line : only(blocks, "./qcmd '*' cmd.run").split("\n")) {
                try (Program shell = Program.start(
                        directory,
                        "line",
                        Map.of("QCMD_BUS", "rsocket+unix:" + place() + "/bus.sock"),
                        List.of("sh", "-ec", line.replace("./qcmd", "'" + House.LAUNCHER + "'")))) {
                    assertThat(shell.exit(House.LIMIT)).as("%s", shell).isZero();
                }
            }
            demo.interrupt();
            assertThat(demo.exit(House.LIMIT)).as("%s", demo).isZero();
        }
        assertThat(Processes.mentioning(directory.toString())).isEmpty();
    }

    /** Line by line, in any order, as minions answer in any: but for what is different each time. */
    private void assertShown(String block, Program demo) {
        assertThat((demo.out() + demo.err()).lines().map(ReadmeIT::masked))
                .containsAll(masked(block.lines().filter(line -> !line.startsWith("✓"))));
        for (String minion : List.of("web1", "web2", "db1")) {
            assertThat(block).contains("✓ " + minion);
            assertThat(demo.out()).contains("✓ " + minion);
        }
    }

    private static List<String> masked(Stream<String> lines) {
        return lines.map(ReadmeIT::masked).toList();
    }

    private static String masked(String line) {
        return line.replaceAll("^job [0-9A-Z]{6}", "job ID")
                .replaceAll("[0-9.]+ s$", "TIME")
                .replaceAll("/\\S*/(bus.sock|\\.qcmd-demo|place)", "PATH");
    }

    private static String only(List<String> blocks, String begin) {
        List<String> found = blocks.stream()
                .filter(block -> Arrays.stream(block.split("\n")).anyMatch(line -> line.startsWith(begin)))
                .toList();
        assertThat(found).as("blocks with '%s' in %s", begin, README).hasSize(1);
        return found.get(0);
    }

    private String place() {
        return directory.resolve("place").toString();
    }
}
