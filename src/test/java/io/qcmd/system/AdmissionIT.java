package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.TargetResult;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.TargetState;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

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
    void jobsThatAreTooMany_waitForTheirTurn_andAllRun() {
        try (House house = new House(directory)) {
            house.startBus("live_jobs: 2", "submits_per_second: 5");
            house.startAgent("web1");
            house.awaitUp("web1");

            List<TargetResult> results =
                    House.answer(Flux.fromStream(IntStream.range(0, 8).boxed())
                            .flatMap(i -> house.run("web1").shell("echo " + i).results(), 8)
                            .collectList());

            assertThat(results).hasSize(8).allMatch(result -> result.state() == TargetState.SUCCEEDED);
            assertThat(status(house).pressure().refused()).isPositive();
        }
    }

    private static BusStatus status(House house) {
        return House.answer(house.client().status());
    }
}
