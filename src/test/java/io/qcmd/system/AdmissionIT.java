package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bus that has no room, and those who come again. */
@Timeout(120)
class AdmissionIT {
    @TempDir
    Path directory;

    @Test
    @Tag("A37")
    void agentWithoutAPlace_comesAgain_whenThereIsOne() {
        try (House house = new House(directory)) {
            house.startBus("agent_sessions: 1");
            house.startAgent("first");
            house.awaitUp("first");

            house.startAgent("second");
            await().atMost(House.LIMIT).until(() -> status(house).pressure().refused() > 0);
            house.stopAgent("first");

            house.awaitUp("second");
            assertThat(status(house).pressure().violations()).isZero();
            assertThat(house.qcmd("status").out()).contains("refused ").contains("\nload     event loops ");
        }
    }

    @Test
    void jobWithoutAPlace_isAskedForAgain_andRunsWhenThereIsOne() throws IOException {
        try (House house = new House(directory)) {
            house.startBus("live_jobs: 1");
            house.startAgent("web1");
            house.awaitUp("web1");
            Path end = house.file("end");
            StartedJob first = House.answer(house.run("web1")
                    .shell("while [ ! -e " + end + " ]; do sleep 0.1; done")
                    .start());

            CompletableFuture<TargetResult> second =
                    house.run("web1").shell("true").results().single().toFuture();
            await().atMost(House.LIMIT).until(() -> status(house).pressure().refused() > 0);
            assertThat(status(house).liveJobs()).isEqualTo(1);
            Files.createFile(end);

            assertThat(House.answer(first.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);
            assertThat(second)
                    .succeedsWithin(House.LIMIT)
                    .extracting(TargetResult::state)
                    .isEqualTo(TargetState.SUCCEEDED);
        }
    }

    private static BusStatus status(House house) {
        return House.answer(house.client().status());
    }
}
