package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.StartedJob;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Wall clocks that jump while jobs live: nothing ends too early, and nothing stands still. */
@Timeout(180)
class ClocksIT {
    private static final Duration NO_JUMP = Duration.ZERO;
    private static final List<Duration> JUMPS =
            List.of(Duration.ofHours(1), Duration.ofHours(-1), Duration.ofDays(365), NO_JUMP);

    /** A library that moves the wall clock of its process, and not the monotonic one. */
    private static final String SHIM = """
            #include <fcntl.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            #include <sys/syscall.h>
            #include <sys/time.h>
            #include <time.h>
            #include <unistd.h>
            static const volatile long *ahead;
            __attribute__((constructor)) static void open_clock(void) {
                ahead = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, open(getenv("QCMD_TEST_CLOCK"), O_RDONLY), 0);
            }
            int clock_gettime(clockid_t clock, struct timespec *now) {
                long result = syscall(SYS_clock_gettime, clock, now);
                if (clock == CLOCK_REALTIME && ahead) {
                    now->tv_sec += *ahead;
                }
                return (int) result;
            }
            int gettimeofday(struct timeval *restrict now, void *restrict zone) {
                struct timespec time;
                clock_gettime(CLOCK_REALTIME, &time);
                now->tv_sec = time.tv_sec;
                now->tv_usec = time.tv_nsec / 1000;
                return 0;
            }
            """;

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG_LIFE = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    private House house;
    private Oracle oracle;
    /** The environment of a process whose wall clock is that of {@link #jump}. */
    private Map<String, String> ownClock;

    @BeforeEach
    void open() throws IOException {
        jump(NO_JUMP);
        ownClock = Map.of(
                "LD_PRELOAD", Shim.of(directory, SHIM).toString(),
                "QCMD_TEST_CLOCK", clock().toString());
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
    @Tag("F34")
    void aClockOfTheBusThatJumps_endsNothingEarly_andKeepsTheDeadlines() throws IOException {
        Program bus = house.startBus(ownClock);
        startAgents(Map.of());
        StartedJob running = oracle.start(oracle.run("there", Duration.ofSeconds(8)));
        StartedJob waiting = oracle.start(oracle.run("absent", SHORT).expire(LONG_LIFE));
        oracle.awaitStart(running, "there");

        jump(Duration.ofMinutes(1));
        await().atMost(House.LIMIT).until(() -> bus.err().contains("the wall clock jumped by"));
        for (Duration jump : JUMPS) {
            jump(jump);
            assertExpiresInTime();
            assertThat(House.answer(waiting.info()).counts().live())
                    .as("%s", jump)
                    .isEqualTo(1);
        }
        assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
        house.startAgent("absent");
        assertThat(Oracle.end(waiting).state()).isEqualTo(Oracle.ownEnd(waiting));
    }

    @Test
    @Tag("F34")
    void aClockOfAnAgentThatJumps_makesItUncontrollable_andEndsNothingEarly() throws IOException {
        house.startBus();
        startAgents(ownClock);
        StartedJob running = oracle.start(oracle.run("there", Duration.ofSeconds(8)));
        oracle.awaitStart(running, "there");

        for (Duration jump : JUMPS) {
            jump(jump);
            Presence wanted = jump.equals(NO_JUMP) ? Presence.UP : Presence.UNCONTROLLABLE;
            await().atMost(House.LIMIT)
                    .untilAsserted(() -> assertThat(house.minion("there").presence())
                            .as("%s", jump)
                            .isEqualTo(wanted));
            StartedJob next = oracle.start(oracle.run("there", SHORT).whenUncontrollable(WhenUncontrollable.QUEUE));
            assertThat(Oracle.end(next).state()).as("%s", jump).isEqualTo(Oracle.ownEnd(next));
        }
        assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
    }

    /** One that is there, and one that has gone again. */
    private void startAgents(Map<String, String> environment) {
        house.startAgent("there", environment, "health_interval: 1s");
        house.startAgent("absent");
        house.awaitUp("there", "absent");
        house.stopAgent("absent");
    }

    private void assertExpiresInTime() {
        StartedJob late = oracle.start(oracle.run("absent", SHORT).expire(Duration.ofSeconds(1)));
        assertThat(Oracle.end(late).state()).isEqualTo(TargetState.EXPIRED);
    }

    /** By so much from the true time. */
    private void jump(Duration offset) throws IOException {
        ByteBuffer seconds =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, offset.toSeconds());
        // In place: the processes have it mapped.
        try (FileChannel file = FileChannel.open(clock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(seconds);
        }
    }

    private Path clock() {
        return directory.resolve("clock");
    }
}
