package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobDirectoryTest {
    @TempDir
    Path jobs;

    private Path treasure;
    private JobDirectory directory;

    @BeforeEach
    void start() throws IOException {
        Path elsewhere = Files.createDirectory(jobs.resolve("elsewhere"));
        treasure = Files.writeString(elsewhere.resolve("treasure"), "kept");
        directory = JobDirectory.of(jobs, JobId.of(1, 2, 3)).create();
    }

    @Test
    void isMadeOnce() {
        assertThatThrownBy(directory::create).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void isNotMadeThroughALink() throws IOException {
        JobDirectory other = JobDirectory.of(jobs, JobId.of(1, 2, 4));
        Files.createSymbolicLink(other.path(), treasure.getParent());

        assertThatThrownBy(other::create).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void writesNoFileTwice_norThroughALink() throws IOException {
        directory.write("script", Bytes.utf8("a"), Modes.SCRIPT);
        Files.createSymbolicLink(directory.path().resolve("stdin"), treasure);

        assertThatIOException().isThrownBy(() -> directory.write("script", Bytes.utf8("b"), Modes.SCRIPT));
        assertThatIOException().isThrownBy(() -> directory.write("stdin", Bytes.utf8("b"), Modes.OWNER_ONLY));
        assertThat(treasure).hasContent("kept");
    }

    @Test
    void deletesAllItHolds_andFollowsNoLink() throws IOException {
        Files.createDirectories(directory.path().resolve("a/b/c"));
        Files.writeString(directory.path().resolve("a/b/file"), "x");
        Files.createSymbolicLink(directory.path().resolve("a/link"), treasure.getParent());
        Files.createSymbolicLink(directory.path().resolve("file"), treasure);

        directory.delete();

        assertThat(directory.path()).doesNotExist();
        assertThat(treasure).hasContent("kept");
        assertThat(jobs).isDirectoryContaining(path -> path.endsWith("elsewhere"));
        directory.delete();
    }

    @Test
    void followsNoLinkInItsPlace() throws IOException {
        JobDirectory other = JobDirectory.of(jobs, JobId.of(1, 2, 5));
        Files.createSymbolicLink(other.path(), treasure.getParent());

        assertThatIOException().isThrownBy(other::delete);
        assertThat(treasure).hasContent("kept");
    }
}
