package io.qcmd.bus.store;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.DB1;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.WEB2;
import static io.qcmd.bus.store.StoreSamples.done;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Callback;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What every {@link CallbackOutbox} does, with the {@link Ledger} that fills it. */
public abstract class CallbackOutboxContract {
    private static final CallbackOrder OPS = new CallbackOrder("ops", Set.of(TargetState.FAILED));
    private static final long LATER = 1_000_000;

    private Ledger ledger;
    private CallbackOutbox outbox;

    /** Both of one empty store. */
    public record Store(Ledger ledger, CallbackOutbox outbox) {}

    protected abstract Store emptyStore();

    @BeforeEach
    void open() {
        Store store = emptyStore();
        ledger = store.ledger();
        outbox = store.outbox();
    }

    @Test
    void orderOfAJob_isReadAsItWasWritten() {
        JobRecord job = recorded(1);

        assertThat(value(ledger.job(job.job())).callback()).isEqualTo(OPS);
        assertThat(OPS.ends())
                .containsExactlyInAnyOrder(
                        TargetState.FAILED, TargetState.EXPIRED, TargetState.TIMED_OUT, TargetState.LOST);
    }

    @Test
    void endThatIsAskedFor_isThereWithItsFate() {
        JobRecord job = recorded(1);

        long seq = value(ledger.settle(fate(job, WEB1, TargetState.EXPIRED)));

        assertThat(due()).singleElement().satisfies(callback -> {
            assertThat(callback.seq()).isEqualTo(seq);
            assertThat(callback.id()).isEqualTo(job.job() + "-" + seq);
            assertThat(callback.at()).isEqualTo(job.acceptedAt() + 1);
            assertThat(callback.tries()).isZero();
            assertThat(read(callback))
                    .isEqualTo(new Callback(
                            callback.id(),
                            "targets.ended",
                            job.job(),
                            List.of(new Callback.Ended(
                                    WEB1,
                                    TargetState.EXPIRED,
                                    Executed.NO,
                                    null,
                                    job.acceptedAt() + 1,
                                    "because",
                                    false))));
        });
        assertThat(counts()).containsExactly(new CallbackCount("ops", 1, 0));
    }

    @Test
    void endThatNobodyAsksFor_isNotThere_butALateTruthIs() {
        JobRecord job = recorded(1);
        await(ledger.settle(done(job, WEB2, false)));
        assertThat(due()).isEmpty();

        await(ledger.settle(fate(job, WEB1, TargetState.LOST)));
        await(ledger.settle(done(job, WEB1, true)));

        assertThat(ended())
                .extracting(end -> end.minion() + " " + end.state() + " " + end.exitCode() + " " + end.late())
                .containsExactly("web1 LOST null false", "web1 SUCCEEDED 0 true");
    }

    @Test
    void jobWithoutAnOrder_callsNobodyBack() {
        JobRecord silent = job(1);
        await(ledger.record(silent, AUDIT));

        await(ledger.settle(fate(silent, WEB1, TargetState.LOST)));

        assertThat(counts()).isEmpty();
    }

    @Test
    void fateThatIsRefused_callsNobodyBack() {
        JobRecord job = recorded(1);
        await(ledger.settle(done(job, WEB1, false)));

        assertThatThrownBy(() -> await(ledger.settle(fate(job, WEB1, TargetState.LOST))))
                .isInstanceOf(IllegalStateException.class);

        assertThat(counts()).isEmpty();
    }

    @Test
    void targetsThatEndTogether_areEachToldOnce_atMost500AtATime() {
        List<MinionId> many =
                IntStream.range(0, 1_201).mapToObj(i -> new MinionId("m" + i)).toList();
        JobRecord job = StoreSamples.withCallback(job(1, "r", many), OPS);
        await(ledger.record(job, AUDIT));

        values(Flux.fromIterable(many)
                .flatMap(minion -> ledger.settle(fate(job, minion, TargetState.EXPIRED)), many.size()));

        List<CallbackRecord> callbacks = values(outbox.due("ops", LATER, 10_000));
        assertThat(callbacks).extracting(CallbackRecord::id).doesNotHaveDuplicates();
        assertThat(callbacks)
                .allSatisfy(callback ->
                        assertThat(read(callback).targets()).hasSizeLessThanOrEqualTo(Callback.MOST_TARGETS));
        assertThat(callbacks.stream().flatMap(callback -> read(callback).targets().stream()))
                .extracting(Callback.Ended::minion)
                .containsExactlyInAnyOrderElementsOf(many);
    }

    @Test
    void delivered_isForgotten_andMayBeForgottenAgain() {
        expired(1);
        long seq = due().get(0).seq();

        await(outbox.delivered(seq));
        await(outbox.delivered(seq));

        assertThat(counts()).isEmpty();
        await(outbox.postpone(seq, 5));
        await(outbox.park(seq, null));
        assertThat(counts()).isEmpty();
    }

    @Test
    void postponed_isDueWhenItsTimeHasCome() {
        expired(1);
        CallbackRecord first = due().get(0);

        await(outbox.postpone(first.seq(), 2_000_000));

        assertThat(values(outbox.due("ops", 1_999_999, 10))).isEmpty();
        assertThat(values(outbox.due("ops", 2_000_000, 10)))
                .containsExactly(new CallbackRecord(first.seq(), first.id(), "ops", first.at(), 1, first.body()));
    }

    @Test
    void due_areThoseOfTheEndpoint_theLongestDueFirst() {
        expired(1);
        expired(2);
        expired(3);
        JobRecord other = StoreSamples.withCallback(job(4), new CallbackOrder("dev", Set.of()));
        await(ledger.record(other, AUDIT));
        await(ledger.settle(fate(other, WEB1, TargetState.LOST)));
        List<CallbackRecord> all = due();
        assertThat(all).hasSize(3).extracting(CallbackRecord::endpoint).containsOnly("ops");

        await(outbox.postpone(all.get(0).seq(), LATER));

        assertThat(values(outbox.due("ops", LATER, 2))).containsExactly(all.get(1), all.get(2));
        assertThat(counts()).containsExactlyInAnyOrder(new CallbackCount("dev", 1, 0), new CallbackCount("ops", 3, 0));
    }

    @Test
    void parked_isKept_untilItIsReleased() {
        expired(1);
        expired(2);

        await(outbox.park(due().get(0).seq(), AUDIT));
        assertThat(counts()).containsExactly(new CallbackCount("ops", 1, 1));
        assertThat(due()).hasSize(1);

        await(outbox.release(LATER));
        assertThat(counts()).containsExactly(new CallbackCount("ops", 2, 0));
        assertThat(due()).hasSize(2);
    }

    @Test
    void parkOldest_takesThoseThatWaitLongest() {
        List<Long> seqs = IntStream.rangeClosed(1, 4).mapToObj(this::expired).toList();
        await(outbox.park(seqs.get(0), null));

        await(outbox.parkOldest(2));

        assertThat(due()).extracting(CallbackRecord::seq).containsExactly(seqs.get(3));
        assertThat(counts()).containsExactly(new CallbackCount("ops", 1, 3));
    }

    /** The n-th job of web1, web2 and db1, which calls back ops. */
    private JobRecord recorded(int n) {
        JobRecord job = StoreSamples.withCallback(job(n), OPS);
        await(ledger.record(job, AUDIT));
        return job;
    }

    private long expired(int n) {
        return value(ledger.settle(fate(recorded(n), DB1, TargetState.EXPIRED)));
    }

    private List<CallbackRecord> due() {
        return values(outbox.due("ops", LATER, 10));
    }

    private List<CallbackCount> counts() {
        return values(outbox.counts());
    }

    private List<Callback.Ended> ended() {
        return due().stream()
                .flatMap(callback -> read(callback).targets().stream())
                .toList();
    }

    private static Callback read(CallbackRecord callback) {
        Bytes body = callback.body();
        return WireCodec.json(WireCodec.Size.LARGE).decode(body.toArray(), Callback.class);
    }
}
