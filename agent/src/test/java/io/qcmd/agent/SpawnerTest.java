package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnerTest {
    @TempDir
    Path directory;

    @Test
    void wrapper_givesUpTheProtectionOfTheAgent_fromTheOomKiller() throws IOException {
        assertThat(oomScoreAdjustment(Spawner.wrapper(-500))).isEqualTo("0\n");
    }

    @Test
    void wrapper_leavesAnyOtherAdjustmentAsItIs() throws IOException {
        assertThat(oomScoreAdjustment(Spawner.wrapper(0))).isEqualTo("100\n");
        assertThat(oomScoreAdjustment(Spawner.wrapper(100))).isEqualTo("100\n");
    }

    /** Of a program that the wrapper becomes, below a process that has 100: nobody needs a right for more than 0. */
    private String oomScoreAdjustment(String wrapper) throws IOException {
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "echo 100 >/proc/self/oom_score_adj && exec \"$@\"",
                        "sh",
                        "/bin/sh",
                        "-c",
                        wrapper,
                        directory.resolve("unexecuted").toString(),
                        "/bin/cat",
                        "/proc/self/oom_score_adj")
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
