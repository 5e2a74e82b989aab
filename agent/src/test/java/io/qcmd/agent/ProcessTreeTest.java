package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tree that cannot always be looked at. What it finds is shown with the runner: see {@link RunnerKillTest}. */
class ProcessTreeTest {
    @SuppressWarnings("NullAway.Init")
    private Process process;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder("setsid", "sleep", "60").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    @Tag("F39")
    @Tag("F40")
    void aLookThatFails_isNoSignThatNobodyIsThere() throws Exception {
        ProcessTree.Killed killed = tree(new Blind(7)).stop(() -> Duration.ofMillis(1));

        assertThat(killed.leftNobody()).isTrue();
        assertThat(process.waitFor()).isGreaterThan(128);
    }

    @Test
    @Tag("F39")
    void looksThatFailForGood_leaveADoubt_afterAWhile() throws IOException {
        ProcessTree.Killed killed = tree(new Blind(Integer.MAX_VALUE)).killLeftovers(Duration.ZERO);

        assertThat(killed).isEqualTo(new ProcessTree.Killed(0, 0, false));
        assertThat(killed.leftNobody()).isFalse();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void whoHasGone_isGone() throws IOException {
        assertThat(ProcessEntry.of(process.pid())).isPresent();
        assertThat(ProcessEntry.of(Integer.MAX_VALUE)).isEmpty();
        assertThat(new ProcessEntry(Integer.MAX_VALUE, false, 1, 1, 1, 1).hasInEnvironment(Set.of("A=b")))
                .isFalse();
    }

    private ProcessTree tree(Containment.Cell cell) throws IOException {
        long startTicks = ProcessEntry.of(process.pid()).orElseThrow().startTicks();
        return new ProcessTree(Set.of(), process.pid(), startTicks, cell);
    }

    /** Cannot be looked into the first times. */
    private static final class Blind implements Containment.Cell {
        private int looks;

        Blind(int looks) {
            this.looks = looks;
        }

        @Override
        public Set<Long> pids() throws IOException {
            if (looks-- > 0) {
                throw new IOException("Too many open files");
            }
            return Set.of();
        }

        @Override
        public Optional<Path> door() {
            return Optional.empty();
        }

        @Override
        public boolean kill() {
            return false;
        }

        @Override
        public boolean sawOutOfMemory() {
            return false;
        }

        @Override
        public void close() {}
    }
}
