package io.qcmd.system;

import static io.qcmd.transport.RawFrames.REQUEST_STREAM;
import static io.qcmd.transport.RawFrames.clientSetup;
import static io.qcmd.transport.RawFrames.request;
import static io.qcmd.transport.RawFrames.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.JobEvent;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.HostileClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers that stall while a job has much to say: the bus closes them, the job is not concerned, and what they missed is there when they come again. */
@Timeout(180)
class SlowReadersIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String[] MINIONS = {"a", "b", "c"};
    /** 1 MB of lines, of which each says where it stands. */
    private static final int LINES = 25_000;

    private static final int LINE = "line \n".length() + 34;

    private static final int VIEWS = 32;

    private static final String TALK = "seq -f 'line %034.0f' 1 " + LINES;

    @TempDir
    static Path directory;

    private static House house;
    private static Program bus;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        bus = house.startBus("insecure_tcp_clients_are_admin: true", "client_backlog: 1MiB", "stall_timeout: 5s");
        for (String minion : MINIONS) {
            house.startAgent(minion);
        }
        house.awaitUp(MINIONS);
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    @Tag("A36")
    void aSubscriberThatNeverReads_isClosed_andWhoeverGoesOnFromItsCursorMissesNothing() throws IOException {
        StartedJob job =
                House.answer(house.run(String.join(",", MINIONS)).shell(TALK).start());
        int open = Processes.openFiles(bus.pid());
        try (HostileClient deaf = new HostileClient(house.clientPort()).send(clientSetup())) {
            byte[] query = WireCodec.cbor(WireCodec.Size.SMALL)
                    .encode(new ResultQuery(job.accepted().job(), 0, true, true, List.of()));
            // Together more than the sockets of any kernel hold.
            for (int id = 1; id < 2 * VIEWS; id += 2) {
                deaf.send(with(request(id, REQUEST_STREAM, 1_024, "job.results"), query));
            }
            Optional<byte[]> first = deaf.read(SOON);
            assertThat(first).isPresent();

            // Nobody waits for it: the job ends, and others read all of it.
            assertAllOnce(House.answer(job.results().collectList()));
            await().atMost(House.LIMIT).until(() -> Processes.openFiles(bus.pid()) <= open);
            deaf.readUntilClosed(SOON);
        }
        assertThat(House.answer(job.events()
                        .ofType(JobEvent.Printed.class)
                        .map(printed -> printed.chunk().bytes().size())
                        .reduce(0, Integer::sum)))
                .isEqualTo(MINIONS.length * LINES * LINE);
    }

    @Test
    @Tag("A36")
    @Tag("F33")
    void aStoppedCommandLine_isClosed_andGoesOnFromItsCursor_whenItIsContinued() throws IOException {
        Path go = house.file("go-on");
        String line = "echo begun; while [ ! -e " + go + " ]; do sleep 0.1; done; " + TALK;
        try (Program run = house.start("run", String.join(",", MINIONS), "--", line)) {
            await().atMost(House.LIMIT)
                    .until(() -> run.out()
                                    .lines()
                                    .filter(text -> text.endsWith("begun"))
                                    .count()
                            == MINIONS.length);
            int open = Processes.openFiles(bus.pid());
            run.freeze();
            Files.createFile(go);

            await().atMost(House.LIMIT).until(() -> house.newestJob().endedAt() > 0);
            assertThat(house.newestJob().counts().byState()).containsEntry(TargetState.SUCCEEDED, MINIONS.length);
            await().atMost(House.LIMIT).until(() -> Processes.openFiles(bus.pid()) < open);
            run.thaw();

            assertThat(run.exit(House.LIMIT)).as(run::err).isZero();
            String[] wanted = IntStream.rangeClosed(0, LINES)
                    .mapToObj(i -> i == 0 ? "begun" : String.format(Locale.ROOT, "line %034d", i))
                    .toArray(String[]::new);
            for (String minion : MINIONS) {
                assertThat(run.out()
                                .lines()
                                .filter(text -> text.startsWith(minion + ": "))
                                .map(text -> text.substring(3)))
                        .containsExactly(wanted);
            }
        }
    }

    @Test
    @Tag("F33")
    void aClosedPipe_endsTheCommandLineQuietly_andTheJobGoesOn() {
        Path status = house.file("status");
        String shell = House.LAUNCHER + " run -q a -- '" + TALK.replace("'", "'\\''") + "'; echo $? > " + status;
        try (Program pipe = Program.start(
                directory,
                "pipe",
                Map.of("QCMD_BUS", house.url()),
                List.of("sh", "-c", "( " + shell + " ) | head -1"))) {
            assertThat(pipe.exit(House.LIMIT)).as("%s", pipe).isZero();
            await().atMost(House.LIMIT).untilAsserted(() -> assertThat(status).hasContent("141"));
            assertThat(pipe.out().lines()).hasSize(1);
            assertThat(pipe.err()).isEmpty();
        }
        await().atMost(House.LIMIT).until(() -> house.newestJob().endedAt() > 0);
        assertThat(house.newestJob().counts().byState()).containsEntry(TargetState.SUCCEEDED, 1);
    }

    private static void assertAllOnce(List<TargetResult> results) {
        assertThat(results).extracting(TargetResult::minion).containsExactlyInAnyOrder(MINIONS);
        assertThat(results).allMatch(result -> result.state() == TargetState.SUCCEEDED);
    }
}
