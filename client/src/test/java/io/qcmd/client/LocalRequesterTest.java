package io.qcmd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class LocalRequesterTest extends RequesterContract {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Override
    protected TestBus open() {
        return TestBus.unix(socket());
    }

    @Override
    protected Requester requester(TestBus bus) {
        return requester(socket());
    }

    @Test
    void saysThatThereIsNoSocket() {
        Path none = directory.resolve("none");
        try (Requester nobody = requester(none)) {
            StepVerifier.create(nobody.response(Route.BUS_STATUS, new Route.Empty(), BusStatus.class))
                    .expectErrorMessage("cannot reach the bus at rsocket+unix:" + none + " (no such socket)")
                    .verify(SOON);
        }
    }

    @Test
    void bringsTheErrorOfAStream() {
        try (TestBus bus = TestBus.unix(directory.resolve("other"));
                Requester requester = requester(directory.resolve("other"))) {
            bus.pages = Flux.error(() -> new QcmdException(ErrorCode.JOB_NOT_FOUND, "no such job"));
            StepVerifier.create(requester.stream(Route.JOB_LIST, JobQuery.newest(1), BusStatus.class))
                    .expectErrorMessage("no such job")
                    .verify(SOON);
        }
    }

    @Test
    void saysThatItDoesNotUnderstand_andGoesOn() {
        try (TestBus bus = TestBus.unix(directory.resolve("other"));
                Requester requester = requester(directory.resolve("other"))) {
            bus.status = Mono.just(TestBus.STATUS);
            StepVerifier.create(requester.response(Route.BUS_STATUS, new Route.Empty(), JobQuery.class))
                    .expectErrorSatisfies(
                            error -> assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.BAD_REQUEST))
                    .verify(SOON);
            StepVerifier.create(requester.response(Route.BUS_STATUS, new Route.Empty(), BusStatus.class))
                    .expectNext(TestBus.STATUS)
                    .expectComplete()
                    .verify(SOON);
            assertThat(bus.connections()).isEqualTo(1);
        }
    }

    @Test
    void sendsNothing_thatDoesNotFitAFrame() {
        try (TestBus bus = TestBus.unix(directory.resolve("other"));
                Requester requester = requester(directory.resolve("other"))) {
            Object tooMuch = Collections.nCopies(50_000, new MinionId("m".repeat(120)));
            StepVerifier.create(requester.response(Route.JOB_SUBMIT, tooMuch, BusStatus.class))
                    .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("at most 4193792"))
                    .verify(SOON);
            assertThat(bus.connections()).isZero();
        }
    }

    private Path socket() {
        return directory.resolve("bus.sock");
    }

    private static Requester requester(Path socket) {
        return new LocalRequester(new BusUrl("rsocket+unix:" + socket, "test"), socket, Duration.ofSeconds(5));
    }
}
