package io.qcmd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ReconnectTest {
    private static final Accepted ACCEPTED = new Accepted(Samples.JOB, 3, Discarded.NONE, 1, 2);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final FakeRequester bus = new FakeRequester();
    private final BusClient client = new BusClient(bus, new Reconnect(LIMIT));
    private final RunSpec run = client.run(new Target("*")).shell("uptime");

    @Test
    void submitsAgainUnderTheSameRequestId_whenTheAnswerWasLost() {
        bus.loses().loses().answers(ACCEPTED);
        StepVerifier.withVirtualTime(() -> run.start().map(Job::id))
                .thenAwait(LIMIT)
                .expectNext(Samples.JOB.toString())
                .verifyComplete();
        assertThat(bus.asked).hasSize(3);
        assertThat(bus.asked)
                .map(submit -> ((Submit) submit).requestId())
                .containsOnly(((Submit) bus.asked.get(0)).requestId());
    }

    @Test
    void submitsUnderANewRequestId_whenSubscribedToTwice() {
        bus.answers(ACCEPTED).answers(ACCEPTED);
        Mono<StartedJob> start = run.start();
        StepVerifier.create(start.then(start)).expectNextCount(1).verifyComplete();
        assertThat(((Submit) bus.asked.get(0)).requestId()).isNotEqualTo(((Submit) bus.asked.get(1)).requestId());
    }

    @Test
    void submitsAgainUnderTheSameRequestId_whenABusyBusSaidWhenToComeAgain() {
        Mono<Object> busy = Mono.error(() -> QcmdException.busy("busy", Duration.ofSeconds(1)));
        bus.answers(busy).answers(busy).answers(ACCEPTED);
        StepVerifier.withVirtualTime(() -> run.start().map(Job::id))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(1_999))
                .thenAwait(Duration.ofSeconds(2))
                .expectNext(Samples.JOB.toString())
                .verifyComplete();
        assertThat(bus.asked)
                .hasSize(3)
                .map(submit -> ((Submit) submit).requestId())
                .containsOnly(((Submit) bus.asked.get(0)).requestId());
    }

    @Test
    void tellsThatTheBusIsBusy_whenItsPatienceIsOver() {
        for (int i = 0; i < 20; i++) {
            bus.answers(Mono.error(() -> QcmdException.busy("busy", Duration.ofSeconds(1))));
        }
        StepVerifier.withVirtualTime(run::start).thenAwait(Reconnect.PATIENCE).verifyErrorMessage("busy");
        assertThat(bus.asked.size()).isBetween(6, 11);
    }

    @Test
    void doesNotAskAgain_whenTheBusHasRefused() {
        bus.answers(Mono.error(() -> new QcmdException(ErrorCode.BUSY, "busy")));
        StepVerifier.create(run.start()).verifyErrorMessage("busy");
    }

    @Test
    void givesUp_whenTheBusIsSilentForTooLong() {
        bus.answers(Mono.never());
        StepVerifier.withVirtualTime(run::start)
                .thenAwait(LIMIT)
                .verifyErrorSatisfies(
                        error -> assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.TIMED_OUT));
    }

    @Test
    void saysThatTheJobMayRun_whenNobodyAnswersItsSubmit() {
        bus.answers(Mono.never()).answers(Mono.never()).answers(Mono.never());
        Job job = client.job(Samples.JOB.toString());
        for (Mono<StartedJob> start :
                List.of(run.start(), job.redo().start(), job.retry().start())) {
            StepVerifier.withVirtualTime(() -> start).thenAwait(LIMIT).verifyErrorSatisfies(error -> {
                assertThat(error)
                        .hasMessage("the bus gave no answer within 30000 ms; whether it took the job is not known");
                assertThat(((QcmdException) error).hint())
                        .isEqualTo("qcmd jobs ls --mine --since 5m, before you run it again");
            });
        }
    }

    @Test
    void saysThatTheJobMayRun_whenTheConnectionBrokeBeforeTheAnswer_andNoneComesAgain() {
        bus.loses().answers(Mono.error(() -> new QcmdException(ErrorCode.BUSY, "busy")));
        StepVerifier.withVirtualTime(run::start)
                .thenAwait(LIMIT)
                .verifyErrorMessage("busy; whether it took the job is not known");
    }

    @Test
    void hasNoDoubt_whenNothingWasSent_orTheBusHasRefused() {
        bus.isAway();
        StepVerifier.create(run.start()).verifyErrorMessage("away");
        bus.loses().answers(Mono.error(() -> new QcmdException(ErrorCode.NO_MINIONS_MATCHED, "none")));
        StepVerifier.withVirtualTime(run::start).thenAwait(LIMIT).verifyErrorMessage("none");
        bus.answers(Mono.never());
        StepVerifier.withVirtualTime(client::status)
                .thenAwait(LIMIT)
                .verifyErrorMessage("the bus gave no answer within 30000 ms");
    }

    @Test
    void aPing_isOverSoonAfterItsTime_whenTheBusIsSilent() {
        bus.answers(Flux.never());
        StepVerifier.withVirtualTime(() -> client.ping(Selection.of(new Target("*")), Duration.ofSeconds(2)))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(2))
                .thenAwait(Duration.ofSeconds(5))
                .verifyErrorMessage("the bus gave no answer within 7000 ms");
    }

    @Test
    void sendsNothing_whenNothingIsToBeRun() {
        StepVerifier.create(client.run(new Target("*")).start())
                .verifyErrorSatisfies(
                        error -> assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.COMMAND_INVALID));
        assertThat(bus.asked).isEmpty();
    }

    @Test
    void refusesBadValuesAtTheCall() {
        assertThatThrownBy(() -> run.timeout(Duration.ofDays(2))).isInstanceOf(QcmdException.class);
        assertThatThrownBy(() -> run.expire(Duration.ZERO)).isInstanceOf(QcmdException.class);
        assertThatThrownBy(() -> run.requestId("a b")).isInstanceOf(QcmdException.class);
        assertThatThrownBy(() -> run.env("LD_PRELOAD", "x")).isInstanceOf(QcmdException.class);
        assertThatThrownBy(() -> client.job("nonsense!")).isInstanceOf(QcmdException.class);
    }

    @Test
    void keepsEarlierChoices_inAnyOrder() {
        bus.answers(ACCEPTED);
        RunSpec spec = client.run(new Target("web1"))
                .timeout(Duration.ofSeconds(5))
                .env("A", "1")
                .env("B", "2")
                .stdin(new byte[] {7})
                .cwd("/tmp")
                .expire(Duration.ofSeconds(2))
                .requestId("mine")
                .callback("ops")
                .exec("ls", "-l");
        StepVerifier.create(spec.start()).expectNextCount(1).verifyComplete();
        Submit submit = (Submit) bus.asked.get(0);
        assertThat(submit.requestId()).isEqualTo("mine");
        assertThat(submit.expireMillis()).isEqualTo(2_000);
        assertThat(submit.callback()).isEqualTo("ops");
        assertThat(submit.command().argv()).containsExactly("ls", "-l");
        assertThat(submit.command().environment()).containsEntry("A", "1").containsEntry("B", "2");
        assertThat(submit.command().stdin().toArray()).containsExactly(7);
        assertThat(submit.command().cwd()).isEqualTo("/tmp");
        assertThat(submit.command().timeoutMillis()).isEqualTo(5_000);
    }
}
