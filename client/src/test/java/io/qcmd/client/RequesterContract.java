package io.qcmd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What every way to a bus does. */
abstract class RequesterContract {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final JobPage PAGE = new JobPage(List.of());
    private static final Route.Empty NOTHING = new Route.Empty();

    private TestBus bus;
    private Requester requester;

    /** A bus that listens. */
    protected abstract TestBus open();

    /** One that is not connected yet. */
    protected abstract Requester requester(TestBus bus);

    @BeforeEach
    void start() {
        bus = open();
        requester = requester(bus);
    }

    @AfterEach
    void stop() {
        requester.close();
        bus.close();
    }

    @Test
    void bringsTheAnswer() {
        bus.status = Mono.just(TestBus.STATUS);
        StepVerifier.create(status())
                .expectNext(TestBus.STATUS)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void sendsNothing_beforeItIsSubscribedTo() {
        assertThat(status()).isNotNull();
        assertThat(bus.connections()).isZero();
    }

    @Test
    void usesOneConnection() {
        bus.status = Mono.just(TestBus.STATUS);
        StepVerifier.create(Mono.when(status(), status()).then(status()))
                .expectNextCount(1)
                .expectComplete()
                .verify(SOON);
        assertThat(bus.connections()).isEqualTo(1);
    }

    @Test
    void bringsTheErrorOfTheBus() {
        bus.status = Mono.error(() -> new QcmdException(ErrorCode.STORE_FULL, "full", "free some"));
        StepVerifier.create(status())
                .expectErrorSatisfies(error -> {
                    assertThat(error).isNotInstanceOf(ConnectionLost.class).hasMessage("full");
                    assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.STORE_FULL);
                    assertThat(((QcmdException) error).hint()).isEqualTo("free some");
                })
                .verify(SOON);
    }

    @Test
    void asksForFewPagesAtOnce_andBringsAll() {
        bus.pages = Flux.range(0, 500).map(i -> PAGE);
        StepVerifier.create(pages()).expectNextCount(500).expectComplete().verify(SOON);
        assertThat(bus.largestDemand()).isBetween(1L, 64L);
    }

    @Test
    void leavesTheBusAlone_whenNobodyReads() {
        bus.pages = Flux.range(0, 500).map(i -> PAGE);
        StepVerifier.create(pages(), 1).expectNextCount(1).thenCancel().verify(SOON);
        assertThat(bus.sent()).isLessThan(64);
    }

    @Test
    void saysThatTheConnectionBroke_andMakesANewOne() {
        bus.status = Mono.never();
        StepVerifier.create(status())
                .then(() -> bus.dropWhenAsked())
                .expectError(ConnectionLost.class)
                .verify(SOON);
        bus.status = Mono.just(TestBus.STATUS);
        StepVerifier.create(status())
                .expectNext(TestBus.STATUS)
                .expectComplete()
                .verify(SOON);
        assertThat(bus.connections()).isEqualTo(2);
    }

    @Test
    void saysThatNobodyIsThere() {
        bus.close();
        StepVerifier.create(status())
                .expectErrorSatisfies(RequesterContract::isUnreachable)
                .verify(SOON);
    }

    @Test
    void saysThatItWasClosed() {
        requester.close();
        StepVerifier.create(status())
                .expectErrorSatisfies(RequesterContract::isUnreachable)
                .verify(SOON);
    }

    private static void isUnreachable(Throwable error) {
        assertThat(error).isNotInstanceOf(ConnectionLost.class);
        assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.UNREACHABLE);
    }

    private Mono<BusStatus> status() {
        return requester.response(Route.BUS_STATUS, NOTHING, BusStatus.class);
    }

    private Flux<JobPage> pages() {
        return requester.stream(Route.JOB_LIST, JobQuery.newest(1), JobPage.class);
    }
}
