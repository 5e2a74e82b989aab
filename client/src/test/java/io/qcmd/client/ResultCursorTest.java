package io.qcmd.client;

import static io.qcmd.client.Samples.JOB;
import static io.qcmd.client.Samples.fate;
import static io.qcmd.client.Samples.page;
import static io.qcmd.client.Samples.piece;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ResultCursorTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final FakeRequester bus = new FakeRequester();
    private final Job job = new BusClient(bus, new Reconnect(LONG)).job(JOB.toString());

    @Test
    void goesOnAtTheLastCursor_whenTheConnectionBreaks() {
        bus.loses(page(3, false, List.of(fate(3, "a", TargetState.SUCCEEDED))));
        bus.isAway();
        bus.answers(page(7, true, List.of(fate(7, "b", TargetState.FAILED))));

        StepVerifier.withVirtualTime(job::results)
                .thenAwait(LONG)
                .assertNext(a -> assertThat(a).isInstanceOf(TargetResult.Succeeded.class))
                .assertNext(
                        b -> assertThat(((TargetResult.Failed) b).exitCode()).isEqualTo(3))
                .verifyComplete();
        assertThat(bus.asked).map(query -> ((ResultQuery) query).after()).containsExactly(0L, 3L, 3L);
    }

    @Test
    void goesOn_whenABusThatStopsEndsTheStreamInGoodOrder() {
        bus.answers(page(3, false, List.of(fate(3, "a", TargetState.SUCCEEDED))));
        bus.answers(page(3, true, List.of()));

        StepVerifier.withVirtualTime(job::results)
                .thenAwait(LONG)
                .expectNextCount(1)
                .verifyComplete();
        assertThat(bus.asked).hasSize(2);
    }

    @Test
    void tellsThatTheBusIsAway_onceEachTime_andGoesOn() {
        bus.loses(page(3, false, List.of(fate(3, "a", TargetState.SUCCEEDED))));
        bus.isAway().loses().isAway();
        bus.loses(page(4, false, List.of()));
        bus.answers(page(7, true, List.of(fate(7, "b", TargetState.FAILED))));

        StepVerifier.withVirtualTime(
                        () -> job.events().map(event -> event.getClass().getSimpleName()))
                .thenAwait(LONG)
                .expectNext("Ended", "Progressed", "BusLost", "Progressed", "BusLost", "Ended", "Progressed")
                .verifyComplete();
    }

    @Test
    void tellsAtOnce_whenTheBusWasNeverReached() {
        bus.isAway();
        StepVerifier.create(job.results()).verifyErrorMessage("away");
    }

    @Test
    void tellsEachTargetOnce_alsoWhenLostIsRevised() {
        bus.answers(page(
                9,
                true,
                List.of(
                        fate(3, "a", TargetState.LOST),
                        fate(8, "a", TargetState.SUCCEEDED, Bytes.EMPTY, true),
                        // Replayed after the ledger has replaced its LOST: the only one that this stream sees.
                        fate(9, "b", TargetState.FAILED, Bytes.EMPTY, true))));
        StepVerifier.create(job.results().map(TargetResult::state))
                .expectNext(TargetState.LOST, TargetState.FAILED)
                .verifyComplete();
    }

    @Test
    void tellsTheRevisionOfLostAsAnEvent() {
        bus.answers(page(
                9,
                true,
                List.of(fate(3, "a", TargetState.LOST), fate(8, "a", TargetState.SUCCEEDED, Bytes.EMPTY, true))));
        StepVerifier.create(job.events().ofType(JobEvent.Ended.class).map(JobEvent.Ended::late))
                .expectNext(false, true)
                .verifyComplete();
    }

    @Test
    void printsEveryByteOnce_whetherItCameAsAPieceOrWithTheResult() {
        bus.answers(page(
                5,
                true,
                List.of(
                        fate(4, "a", TargetState.SUCCEEDED, Bytes.utf8("hello"), false),
                        fate(5, "b", TargetState.SUCCEEDED, Bytes.utf8("world"), false)),
                piece(1, "a", 0, "hel")));
        StepVerifier.create(job.output()
                        .map(chunk -> chunk.minion() + "@" + chunk.offset() + " "
                                + chunk.bytes().utf8()))
                .expectNext("a@0 hel", "a@3 lo", "b@0 world")
                .verifyComplete();
    }

    @Test
    void saysHowMuchIsMissing_betweenHeadAndTail() {
        bus.answers(page(2, true, List.of(), piece(1, "a", 0, "head"), piece(2, "a", 1_000, "tail")));
        StepVerifier.create(job.output().map(OutputChunk::skipped))
                .expectNext(0L, 996L)
                .verifyComplete();
    }

    @Test
    void readsNoFurtherThanItsReaderWants() {
        AtomicLong pages = new AtomicLong();
        Flux<ResultPage> endless = Flux.generate(sink -> {
            long seq = pages.incrementAndGet();
            sink.next(page(seq, false, List.of(fate(seq, "m" + seq, TargetState.SUCCEEDED))));
        });
        bus.answers(endless);

        StepVerifier.create(job.results(), 3).expectNextCount(3).thenCancel().verify();
        assertThat(pages).hasValueLessThan(10);
    }

    @Test
    void asksForTheWholeIdFirst_whenTheJobWasNamedByItsEnd() {
        Job named = new BusClient(bus, new Reconnect(LONG)).job("G5FAV6");
        bus.isAway();
        StepVerifier.create(named.results()).verifyErrorMessage("away");
        assertThat(bus.asked).singleElement().isInstanceOf(io.qcmd.protocol.JobRef.class);
    }
}
