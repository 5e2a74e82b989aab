package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Cancels against start and exit of real commands, as close as chance brings them. */
@Timeout(300)
class CancelIT {
    private static final int REPEATS = 60;

    /** A machine that is busy with other things is no reason to refuse a job here. */
    private static final String PATIENT = "event_loop_lag_limit: 10s";

    @TempDir
    Path directory;

    private record Try(StartedJob job, CompletableFuture<List<Answer>> answers) {}

    @Test
    @Tag("F47")
    void aCancelThatRacesItsCommand_leavesOneTrueEnd() throws IOException {
        try (House house = new House(directory)) {
            house.startBus(PATIENT);
            house.startAgent("web1");
            house.awaitUp("web1");
            Path ledger = house.file("ledger");
            Files.createFile(ledger);
            Random random = new Random(11);
            List<Try> tries = new ArrayList<>();
            for (int i = 0; i < REPEATS; i++) {
                StartedJob job = House.answer(house.run("web1")
                        .shell("echo $QCMD_JOB >> " + ledger + "; sleep 0.0" + random.nextInt(10))
                        .start());
                tries.add(new Try(job, cancelled(job, random.nextInt(60))));
                if (random.nextBoolean()) {
                    House.answer(job.results().then(Mono.just(true)));
                }
            }
            List<TargetResult> ends = tries.stream()
                    .map(one -> House.answer(one.job().results().single()))
                    .toList();
            // Read when all is over: what started after it had an end is seen as well.
            List<String> starts = Files.readAllLines(ledger);
            for (int i = 0; i < REPEATS; i++) {
                assertIsTrue(tries.get(i), ends.get(i), starts);
            }
        }
    }

    @Test
    void aCancelThatTellsATime_killsWhatIgnoresTermThen_andASecondOneTightens() throws IOException {
        try (House house = new House(directory)) {
            house.startBus("kill_grace: 1m");
            house.startAgent("web1", "kill_grace: 1m");
            house.awaitUp("web1");
            try (Program run =
                    house.start("run", "web1", "--", "trap '' TERM; echo here; while :; do sleep 0.1; done")) {
                await().atMost(House.LIMIT).until(() -> run.out().equals("web1: here\n"));
                String job = house.newestJob().job().toString();

                House.Answer longer = house.qcmd("cancel", job, "--kill-after", "2m");
                assertThat(longer.exit()).isEqualTo(2);
                assertThat(longer.err()).contains("at most kill_grace of the bus, 60000 ms");
                assertThat(house.qcmd("cancel", job, "--kill-after", "50s").exit())
                        .isZero();
                assertThat(house.qcmd("cancel", job, "--kill-after", "300ms", "--reason", "wrong disk")
                                .exit())
                        .isZero();

                assertThat(run.exit(House.LIMIT)).as("%s", run).isEqualTo(7);
                assertThat(run.err()).contains("cancelled; ignored TERM for 300 ms, then KILL");
                assertThat(Processes.mentioning("QCMD_JOB=" + job)).isEmpty();
                assertThat(house.qcmd("jobs", "show", job).out()).contains("cancelled  wrong disk\n");
            }
        }
    }

    @Test
    void aMinionThatWasForgotten_doesNotKeepACancelFromTheOthers_whenTheBusHasStartedAgain() {
        try (House house = new House(directory)) {
            Program bus = house.startBus(PATIENT);
            house.startAgent("web1");
            house.startAgent("web2");
            house.awaitUp("web1", "web2");
            StartedJob job = House.answer(house.run("web1,web2")
                    .shell("[ $QCMD_MINION = web1 ] || { echo here; sleep 300; }")
                    .start());
            house.awaitOutput(job);
            await().atMost(House.LIMIT)
                    .until(() -> House.answer(job.info()).counts().of(TargetState.SUCCEEDED) == 1);
            house.stopAgent("web1");
            assertThat(house.qcmd("minions", "rm", "web1").exit()).isZero();
            bus.kill();
            house.startBus(PATIENT);
            house.awaitUp("web2");

            House.Answer cancel = house.qcmd("cancel", job.id());

            assertThat(cancel.exit()).as("%s", cancel).isZero();
            assertThat(House.answer(job.results().collectList()))
                    .extracting(TargetResult::state)
                    .containsExactlyInAnyOrder(TargetState.SUCCEEDED, TargetState.TERMINATED);
        }
    }

    private static CompletableFuture<List<Answer>> cancelled(StartedJob job, int afterMillis) {
        return Mono.delay(Duration.ofMillis(afterMillis))
                .thenMany(job.cancel())
                .collectList()
                .toFuture();
    }

    private static void assertIsTrue(Try one, TargetResult end, List<String> starts) {
        List<Answer> answers = one.answers().join();
        long ran = starts.stream().filter(one.job().id()::equals).count();
        assertThat(ran).as("%s", end).isLessThanOrEqualTo(1);
        if (end.executed() == Executed.NO) {
            assertThat(ran).as("%s", end).isZero();
        } else if (end.state() == TargetState.SUCCEEDED) {
            assertThat(ran).as("%s", end).isEqualTo(1);
        }
        assertThat(end.executed()).as("%s", end).isNotEqualTo(Executed.UNKNOWN);
        assertThat(answers).singleElement().satisfies(answer -> {
            if (answer.effect() == Effect.FENCED) {
                assertThat(end.state()).isEqualTo(answer.state());
            }
        });
    }
}
