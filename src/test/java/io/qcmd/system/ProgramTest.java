package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool of the system tests must itself be trusted: above all, that nothing stays behind. */
class ProgramTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void aProgram_hasItsOutputItsErrorsAndItsExit() {
        try (Program program = shell("echo $GREETING; cat; echo bad >&2; exit 3")) {
            assertThat(program.exit(LIMIT)).isEqualTo(3);
            assertThat(program.out()).isEqualTo("hello\n");
            assertThat(program.err()).isEqualTo("bad\n");
        }
    }

    @Test
    void aFrozenProgram_isStopped_andEndsWhenItThaws() throws IOException {
        try (Program program = shell("echo ready; while [ ! -e go ]; do sleep 0.01; done")) {
            await().atMost(LIMIT).until(() -> program.out().equals("ready\n"));
            program.freeze();
            await().atMost(LIMIT).until(() -> state(program) == 'T');
            Files.createFile(directory.resolve("go"));
            assertThat(program.isAlive()).isTrue();
            program.thaw();
            assertThat(program.exit(LIMIT)).isZero();
        }
    }

    @Test
    void aFrozenProgram_isClosedToo() {
        Program program = shell("while :; do sleep 0.01; done");
        program.freeze();
        program.close();
        assertThat(program.isAlive()).isFalse();
    }

    @Test
    void aProgramThatDoesNotEnd_isKilled_andTheErrorShowsWhatItSaid() {
        try (Program program = shell("echo here; trap '' TERM; while :; do sleep 0.1; done")) {
            await().atMost(LIMIT).until(() -> program.out().equals("here\n"));
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> program.exit(Duration.ofMillis(1)))
                    .withMessageContaining("here");
            assertThat(program.isAlive()).isFalse();
        }
    }

    @Test
    void closing_endsWhatAKilledProgramLeftBehind() {
        Program program = shell("sleep 1000 & echo $!; wait");
        await().atMost(LIMIT).until(() -> program.out().endsWith("\n"));
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(program.out().strip())).orElseThrow();
        program.kill();
        assertThat(program.isAlive()).isFalse();
        assertThat(child.isAlive()).isTrue();
        program.close();
        await().atMost(LIMIT).until(() -> !child.isAlive());
    }

    // The third word of its line, after the name in brackets.
    private static char state(Program program) throws IOException {
        String line = Files.readString(Path.of("/proc", String.valueOf(program.pid()), "stat"));
        return line.charAt(line.lastIndexOf(')') + 2);
    }

    private Program shell(String line) {
        return Program.start(directory, "program", Map.of("GREETING", "hello"), List.of("/bin/sh", "-c", line));
    }
}
