package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Limits;
import io.qcmd.transport.Payloads;
import io.rsocket.Payload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class IntakeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int BATCH = Limits.REPORT_DEMAND / 4;

    private final TestPublisher<Payload> agent = TestPublisher.create();
    private final Queue<Sinks.Empty<Void>> commits = new ArrayDeque<>();

    @Test
    void creditsWhatIsDealtWith_inBatches() {
        StepVerifier.create(Intake.of(agent, frame -> Mono.empty()))
                .then(() -> agent.assertMinRequested(Limits.REPORT_DEMAND))
                .then(() -> send(BATCH - 1))
                .then(() -> assertThat(agent.wasRequested()).isTrue())
                .then(() -> agent.assertMaxRequested(Limits.REPORT_DEMAND - BATCH + 1))
                .then(() -> send(1))
                .then(() -> agent.assertMinRequested(Limits.REPORT_DEMAND))
                .then(agent::complete)
                .verifyComplete();
    }

    @Test
    void keepsTheCreditOfFrames_thatWaitForACommit() {
        StepVerifier.create(Intake.of(agent, frame -> commit()))
                .then(() -> send(BATCH))
                .then(() -> agent.assertMaxRequested(Limits.REPORT_DEMAND - BATCH))
                .then(() -> IntStream.range(0, BATCH).forEach(i -> commitNext()))
                .then(() -> agent.assertMinRequested(Limits.REPORT_DEMAND))
                .thenCancel()
                .verify();
        agent.assertCancelled();
    }

    @Test
    void completes_onceTheLastFrameIsDealtWith() {
        StepVerifier.create(Intake.of(agent, frame -> commit()))
                .then(() -> send(2))
                .then(agent::complete)
                .then(this::commitNext)
                .expectNoEvent(Duration.ZERO)
                .then(this::commitNext)
                .verifyComplete();
    }

    @Test
    void failsAndTakesNoMore_whenAFrameFails() {
        StepVerifier.create(Intake.of(agent, frame -> commit()))
                .then(() -> send(1))
                .then(() -> commits.remove()
                        .tryEmitError(new IllegalStateException("disk"))
                        .orThrow())
                .verifyErrorMessage("disk");
        agent.assertCancelled();
    }

    @Test
    void failsAndTakesNoMore_whenAFrameBreaksARule() {
        StepVerifier.create(Intake.of(agent, frame -> {
                    throw new IllegalArgumentException("no report");
                }))
                .then(() -> send(1))
                .verifyErrorMessage("no report");
        agent.assertCancelled();
    }

    @Test
    void fails_whenTheAgentSaysThatItFailed() {
        StepVerifier.create(Intake.of(agent, frame -> Mono.empty()))
                .then(() -> agent.error(new IllegalStateException("agent")))
                .expectErrorMessage("agent")
                .verify(LIMIT);
    }

    @Test
    void fails_whenAFrameFailsAfterTheLast() {
        StepVerifier.create(Intake.of(agent, frame -> commit()))
                .then(() -> send(1))
                .then(agent::complete)
                .then(() -> commits.remove()
                        .tryEmitError(new IllegalStateException("disk"))
                        .orThrow())
                .verifyErrorMessage("disk");
    }

    private void send(int frames) {
        IntStream.range(0, frames).forEach(i -> agent.next(Payloads.of(new byte[1])));
    }

    private Mono<Void> commit() {
        Sinks.Empty<Void> commit = Sinks.empty();
        commits.add(commit);
        return commit.asMono();
    }

    private void commitNext() {
        commits.remove().tryEmitEmpty().orThrow();
    }
}
