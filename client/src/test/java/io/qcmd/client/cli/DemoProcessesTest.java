package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoProcessesTest {
    private static final Duration GRACE = Duration.ofMillis(500);

    private final BlockingQueue<String> screen = new LinkedBlockingQueue<>();

    @TempDir
    private Path directory;

    @AfterEach
    void leavesNothing() {
        assertThat(children()).isEmpty();
    }

    @Test
    void endsThemAll_alsoThoseThatDoNotWantTo() throws Exception {
        DemoProcesses processes =
                processes("trap '' TERM; echo ready > \"$3.ready\"; while :; do sleep 1 & wait; done");
        processes.start("stubborn", "bus", directory.resolve("bus.yaml"), directory.resolve("log"));
        waitFor(directory.resolve("bus.yaml.ready"));
        assertThat(children()).hasSize(1);
        processes.stop();
        processes.stop();
        assertThat(children()).isEmpty();
        assertThat(screen).isEmpty();
    }

    @Test
    void saysWhatEnded_andHowToStartItAgain() throws Exception {
        DemoProcesses processes = processes("echo broken; exit 7");
        Path settings = directory.resolve("web1/agent.yaml");
        processes.start("web1", "agent", settings, directory.resolve("log"));
        assertThat(screen.poll(10, TimeUnit.SECONDS))
                .isEqualTo("web1 has ended with exit 7; start it again: qcmd agent --config " + settings);
        assertThat(processes.isBroken()).isTrue();
        assertThat(processes.lastWords()).containsExactly("  broken");
        processes.stop();
    }

    @Test
    void startsNothing_onceItIsStopping() throws Exception {
        DemoProcesses processes = processes("exec sleep 60");
        processes.stop();
        processes.start("late", "bus", directory.resolve("bus.yaml"), directory.resolve("log"));
        assertThat(children()).isEmpty();
    }

    private DemoProcesses processes(String body) throws IOException {
        Path launcher = Files.writeString(directory.resolve("qcmd"), "#!/bin/sh\n" + body + "\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        return new DemoProcesses(launcher.toString(), GRACE, screen::add);
    }

    /** Those started from this test's directory. */
    private List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().arguments().stream()
                        .anyMatch(words -> List.of(words).toString().contains(directory.toString())))
                .toList();
    }

    private static void waitFor(Path file) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
