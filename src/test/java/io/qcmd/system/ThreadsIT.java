package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bus and agents to which the kernel gives no more threads: what would need some is refused in words, what is there lives on. */
@Timeout(180)
class ThreadsIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final int ENOUGH = 1_000;
    /** A command takes four, and the JDK up to two to wait for processes. */
    private static final int OF_A_COMMAND = 6;

    /** A library that lets its process make so many threads more, as a limit of the kernel does. */
    private static final String SHIM = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <pthread.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            static int *left = MAP_FAILED;
            __attribute__((constructor)) static void open_count(void) {
                left = mmap(0, sizeof *left, PROT_READ | PROT_WRITE, MAP_SHARED, open(getenv("QCMD_TEST_THREADS"), O_RDWR), 0);
            }
            int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *with) {
                int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
                if (left != MAP_FAILED && __atomic_fetch_sub(left, 1, __ATOMIC_SEQ_CST) <= 0) {
                    return EAGAIN;
                }
                return real(thread, how, run, with);
            }
            """;

    @TempDir
    Path directory;

    private Path shim;
    private House house;
    private Oracle oracle;

    @BeforeEach
    void open() throws IOException {
        shim = Shim.of(directory, SHIM);
        house = new House(directory);
        oracle = new Oracle(house);
    }

    @AfterEach
    void close() {
        if (oracle != null) {
            oracle.judgeAndClose();
        }
    }

    @Test
    @Tag("F39")
    void anAgentWithoutMoreThreads_refusesTheCommand_andRunsTheNextWhenThereAreSome() throws IOException {
        house.startBus();
        Program agent = house.startAgent("f39", limited("f39"));
        house.awaitUp("f39");
        left("f39", 0);

        StartedJob refused = oracle.start(oracle.run("f39", SHORT));
        TargetResult end = Oracle.end(refused);
        assertThat(end.state()).isEqualTo(TargetState.REJECTED);
        assertThat(end.reason()).contains("spawn: ", "no more threads");
        assertThat(oracle.starts(refused, "f39")).isZero();

        left("f39", ENOUGH);
        StartedJob next = oracle.start(oracle.run("f39", SHORT));
        assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
        assertThat(agent.isAlive()).isTrue();
        assertThat(agent.err()).doesNotContain("connection to the bus lost");
    }

    @Test
    @Tag("F39")
    void anAgentThatIsRefusedAnyThreadOfACommand_neverLeavesItHalfDone() throws IOException {
        house.startBus();
        for (int threads = 1; threads <= OF_A_COMMAND; threads++) {
            String minion = "f39-" + threads;
            // A fresh one: threads that have nothing to do stay for a while.
            Program agent = house.startAgent(minion, limited(minion));
            house.awaitUp(minion);
            left(minion, threads);

            StartedJob job = oracle.start(oracle.run(minion, SHORT));
            TargetState end = Oracle.end(job).state();
            assertThat(end).as("with %d threads", threads).isIn(refusedOr(Oracle.ownEnd(job)));
            left(minion, ENOUGH);
            StartedJob next = oracle.start(oracle.run(minion, SHORT));
            assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
            assertThat(agent.isAlive()).isTrue();
        }
    }

    /** INTERRUPTED: it was executed when the thread was refused that waits for its end. The oracle knows what each has to prove. */
    private static List<TargetState> refusedOr(TargetState ownEnd) {
        return List.of(TargetState.REJECTED, TargetState.INTERRUPTED, ownEnd);
    }

    @Test
    @Tag("F39")
    void aBusWithoutMoreThreads_servesThoseItHas_andNewOnes_asItHasAllThatItNeeds() throws IOException {
        Program bus = house.startBus(limited("bus"));
        house.startAgent("f39");
        house.awaitUp("f39");
        StartedJob running = oracle.start(oracle.run("f39", SHORT));
        left("bus", 0);

        // Connections are dealt out to the event loops: one of them would come to one that has no thread yet.
        String[] late = {"f39-a", "f39-b", "f39-c", "f39-d"};
        Stream.of(late).forEach(house::startAgent);
        house.awaitUp(late);
        List<StartedJob> jobs = new ArrayList<>();
        for (String minion : late) {
            jobs.add(oracle.start(oracle.run(minion, SHORT)));
        }
        assertThat(house.qcmd("run", "f39", "--", "true").exit()).isZero();
        assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
        for (StartedJob job : jobs) {
            assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        }
        assertThat(bus.err()).doesNotContain("a session ended", "unable to create native thread");
    }

    /** The environment of a process that makes as many threads as it is {@link #left}. */
    private Map<String, String> limited(String server) throws IOException {
        left(server, ENOUGH);
        return Map.of(
                "LD_PRELOAD", shim.toString(),
                "QCMD_TEST_THREADS", counter(server).toString());
    }

    private void left(String server, int threads) throws IOException {
        ByteBuffer count = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(0, threads);
        // In place: the process has it mapped.
        try (FileChannel file =
                FileChannel.open(counter(server), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(count);
        }
    }

    private Path counter(String server) {
        return directory.resolve(server + ".threads");
    }
}
