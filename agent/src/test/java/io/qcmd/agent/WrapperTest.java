package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrapperTest {
    @TempDir
    Path directory;

    private Wrapper wrapper = new Wrapper(Optional.empty(), false);
    private List<String> before = List.of();
    private int jobs;

    @Test
    void givesUpTheProtectionOfTheAgent_fromTheOomKiller() throws IOException {
        assertThat(oomScoreAdjustment(true)).isEqualTo("0\n");
    }

    @Test
    void leavesAnyOtherAdjustmentAsItIs() throws IOException {
        assertThat(oomScoreAdjustment(false)).isEqualTo("100\n");
    }

    @Test
    @Tag("F48")
    void proves_thatNothingWasExecuted_whateverTheExitCode() throws Exception {
        assertThat(isProvedUnexecuted("/bin/true")).isFalse();
        assertThat(isProvedUnexecuted("/bin/sh", "-c", "exit 127")).isFalse();
        assertThat(isProvedUnexecuted("/no/such")).isTrue();
        assertThat(isProvedUnexecuted("/etc/passwd")).isTrue();

        wrapper = new Wrapper(Optional.of(directory.resolve("no/door")), false);
        assertThat(isProvedUnexecuted("/bin/true")).isTrue();
    }

    @Test
    @Tag("F48")
    void provesNothing_whenTheProofIsGone() throws Exception {
        assertThat(isProvedUnexecuted("/bin/rm", "-r", directory.toString())).isFalse();
    }

    @Test
    void hidesTheProof_fromTheProgram() throws IOException {
        assertThat(output("/bin/sh", "-c", "[ -e /proc/self/fd/9 ] || echo hidden"))
                .isEqualTo("hidden\n");
    }

    @Test
    void entersTheCgroup_beforeTheProgramBegins() throws IOException {
        Path door = Files.createFile(directory.resolve("door"));
        wrapper = new Wrapper(Optional.of(door), false);

        assertThat(output("cat", door.toString())).isEqualTo("0\n");
    }

    /** Of a program that the wrapper becomes, below a process that has 100: nobody needs a right for more than 0. */
    private String oomScoreAdjustment(boolean isProtected) throws IOException {
        before = List.of("/bin/sh", "-c", "echo 100 >/proc/self/oom_score_adj && exec \"$@\"", "sh");
        wrapper = new Wrapper(Optional.empty(), isProtected);
        return output("/bin/cat", "/proc/self/oom_score_adj");
    }

    private String output(String... program) throws IOException {
        return new String(start(newJob(), program).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private boolean isProvedUnexecuted(String... program) throws Exception {
        JobDirectory job = newJob();
        assertThat(start(job, program).waitFor()).isIn(0, 126, 127);
        return Wrapper.provesUnexecuted(job);
    }

    private JobDirectory newJob() throws IOException {
        return JobDirectory.of(directory, new JobId(1, ++jobs)).create();
    }

    private Process start(JobDirectory job, String... program) throws IOException {
        List<String> words = Stream.of(before, wrapper.words(job), List.of(program))
                .flatMap(List::stream)
                .toList();
        return new ProcessBuilder(words).start();
    }
}
