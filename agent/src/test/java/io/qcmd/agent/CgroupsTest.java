package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an agent finds its cgroup, and what it tells the kernel: on plain directories, which hold still. */
class CgroupsTest {
    private static final String OTHER = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda rw\n"
            + "30 22 0:28 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        // a host with cgroup2 alone, a hybrid one, a container, a mount with a space, an agent below another one
        "/,/sys/fs/cgroup,/system.slice/qcmd-agent.service,/sys/fs/cgroup/system.slice/qcmd-agent.service",
        "/,/sys/fs/cgroup/unified,/,/sys/fs/cgroup/unified",
        "/docker/1,/sys/fs/cgroup,/docker/1/x,/sys/fs/cgroup/x",
        "/,/a\\040b,/c,/a b/c",
        "/,/sys/fs/cgroup,/s/qcmd-agent,/sys/fs/cgroup/s"
    })
    void findsItsOwn(String root, String mount, String path, String expected) throws IOException {
        Files.writeString(directory.resolve("cgroup"), "8:pids:/elsewhere\n0::" + path + "\n");
        Files.writeString(
                directory.resolve("mountinfo"),
                OTHER + "41 31 0:38 " + root + " " + mount + " rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");

        assertThat(OwnCgroup.find(directory)).isEqualTo(Path.of(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "/,/..,no cgroup2 is mounted that shows /..",
        "/docker/1,/docker/2,no cgroup2 is mounted that shows /docker/2"
    })
    void findsNone_thatItCannotSee(String root, String path, String reason) throws IOException {
        Files.writeString(directory.resolve("cgroup"), "0::" + path + "\n");
        Files.writeString(
                directory.resolve("mountinfo"),
                OTHER + "41 31 0:38 " + root + " /sys/fs/cgroup rw - cgroup2 cgroup2 rw");

        assertThatIOException().isThrownBy(() -> OwnCgroup.find(directory)).withMessage(reason);
    }

    @Test
    void findsNone_onAKernelWithoutIt() throws IOException {
        Files.writeString(directory.resolve("cgroup"), "8:pids:/\n");
        Files.writeString(directory.resolve("mountinfo"), OTHER);

        assertThatIOException().isThrownBy(() -> OwnCgroup.find(directory)).withMessageContaining("no cgroup2");
    }

    @Test
    void fallsBack_andSaysWhy() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatIOException()
                .isThrownBy(() -> Cgroups.below(file, "x", new CellLimits(0, 0)))
                .withMessageContaining("no cgroup can be made in " + file);
        assertThat(new ProcessGroups("no cgroup2").described()).isEqualTo("process group: no cgroup2");
    }

    @Test
    @Tag("F42")
    @Tag("F38")
    void tellsTheKernelTheLimits_ofWhatItControls() throws IOException {
        Cgroup cell = fake();

        new CellLimits(64, 0).apply(cell, Set.of("pids", "memory"));

        assertThat(cell.words("pids.max")).containsExactly("64");
        assertThat(cell.words("memory.max")).containsExactly("max");
        assertThat(cell.words("memory.oom.group")).containsExactly("1");
    }

    @Test
    @Tag("F38")
    void seesThatTheKernelKilledForMemory() throws IOException {
        Cgroup cell = fake();

        assertThat(cell.sawOutOfMemory()).isFalse();
        Files.writeString(cell.path().resolve("memory.events"), "oom 1\noom_kill 0\noom_group_kill 0\n");
        assertThat(cell.sawOutOfMemory()).isFalse();
        Files.writeString(cell.path().resolve("memory.events"), "oom 1\noom_kill 2\noom_group_kill 1\n");
        assertThat(cell.sawOutOfMemory()).isTrue();
    }

    private Cgroup fake() throws IOException {
        for (String file : new String[] {"pids.max", "memory.max", "memory.oom.group"}) {
            Files.writeString(directory.resolve(file), "");
        }
        return new Cgroup(directory);
    }
}
