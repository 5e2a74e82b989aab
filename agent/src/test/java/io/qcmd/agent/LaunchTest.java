package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The point of no return, when something fails on either side of it. */
class LaunchTest {
    private static final JobId JOB = JobId.of(1_700_000_000_000L, 0, 7);

    @TempDir
    Path directory;

    private OutputPipes pipes;
    private JobDirectory job;

    @BeforeEach
    void open() throws IOException {
        pipes = new OutputPipes(directory.resolve("pipes"), 2);
        job = JobDirectory.of(directory, JOB).create();
    }

    @Test
    void standardInputThatCannotBeDeleted_isNoReasonToDisownTheProcess() throws Exception {
        // Not deleted, as a disk with an error would not: a directory with something in it.
        Path stuck = Files.createDirectories(job.path().resolve("stdin"));
        Files.createFile(stuck.resolve("more"));

        try (Launch launch = launch(new ProcessBuilder("sh", "-c", "exit 5"), Optional.of(stuck))) {
            assertThat(launch.start().waitFor()).isEqualTo(5);
        }

        assertThat(stuck).exists();
    }

    @Test
    void standardInput_isDeletedAtOnce() throws Exception {
        Path stdin = Files.createFile(job.path().resolve("stdin"));

        try (Launch launch = launch(new ProcessBuilder("true"), Optional.of(stdin))) {
            assertThat(launch.start().waitFor()).isZero();
            assertThat(stdin).doesNotExist();
        }
    }

    @Test
    @Tag("F48")
    void whatCannotBeExecuted_isProvedSo() throws IOException {
        Spawner spawner = new Spawner(RunnerSettings.defaults(new MinionId("m")), pipes);
        Message message = new Message(JOB, Command.exec(List.of("true")));

        try (Launch launch = spawner.prepare(message, job, Containment.Cell.NONE)) {
            launch.builder().directory(directory.resolve("missing").toFile());
            assertThatThrownBy(launch::start).isInstanceOf(IOException.class);
            assertThat(launch.provesUnexecuted()).isTrue();
        }
    }

    @Test
    @Tag("F39")
    void pipeThatCannotBeOpened_isNotLeftOnTheDisk() throws IOException {
        pipes.open(false).close();
        Path next = directory.resolve("pipes/pipe-1");
        Files.delete(next);
        Files.createSymbolicLink(next, Path.of("pipe-1"));

        assertThatThrownBy(() -> pipes.open(false)).isInstanceOf(IOException.class);
        assertThat(Files.exists(next, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    private Launch launch(ProcessBuilder builder, Optional<Path> stdin) throws IOException {
        OutputPipes.OutputPipe stdout = pipes.open(false);
        OutputPipes.OutputPipe stderr = pipes.open(false);
        builder.redirectOutput(stdout.sink()).redirectError(stderr.sink());
        return new Launch(builder, stdin, stdout, stderr, job, Containment.Cell.NONE);
    }
}
