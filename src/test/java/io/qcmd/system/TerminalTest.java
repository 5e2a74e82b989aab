package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The eyes of the other tests. */
@Timeout(60)
class TerminalTest {
    @TempDir
    Path directory;

    @Test
    void showsWhatAnEyeWouldSee_andTheExitCode() {
        try (Terminal terminal = sh("printf 'one\\rtwo\\n\\033[31m日本\\033[0m✓\\n\\033]2;owned\\007'; exit 5")) {
            assertThat(terminal.exit()).isEqualTo(5);
            assertThat(terminal.screen()).isEqualTo("two\n日本✓");
            assertThat(terminal.colours()).contains("\u001b[31m日本");
            assertThat(terminal.title()).isEqualTo("owned");
        }
    }

    @Test
    void keepsWhatWasScrolledAway_andJoinsLinesThatAreTooLong() {
        String line = "x".repeat(100);
        try (Terminal terminal = sh("seq 1 50; echo " + line)) {
            assertThat(terminal.exit()).isZero();
            assertThat(terminal.everything()).startsWith("1\n2\n").endsWith("\n50\n" + line);
            assertThat(terminal.screen()).doesNotContain("\n2\n");
        }
    }

    @Test
    void takesKeysAndResizes() {
        try (Terminal terminal = sh("trap 'exit 9' INT; stty size; read a; stty size; echo got $a; sleep 60")) {
            terminal.await("10 40").resize(60, 20).type("all of it").press("Enter");
            terminal.await("20 60\ngot all of it").press("C-c");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(9);
        }
    }

    @Test
    void leavesNothingBehind() {
        try (Terminal terminal = sh("trap '' HUP; sleep 77.77 & echo begun; wait")) {
            terminal.await("begun");
        }
        assertThat(Processes.mentioning(directory.toString())).isEmpty();
    }

    private Terminal sh(String line) {
        return Terminal.start(directory, 40, 10, Map.of(), List.of("sh", "-c", line, directory.toString()));
    }
}
