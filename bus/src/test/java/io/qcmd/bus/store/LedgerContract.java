package io.qcmd.bus.store;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.DB1;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.WEB2;
import static io.qcmd.bus.store.StoreSamples.bytes;
import static io.qcmd.bus.store.StoreSamples.done;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static io.qcmd.bus.store.StoreSamples.last;
import static io.qcmd.bus.store.StoreSamples.stderr;
import static io.qcmd.bus.store.StoreSamples.stdout;
import static io.qcmd.bus.store.StoreSamples.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What every {@link Ledger} does. */
public abstract class LedgerContract {
    private Ledger ledger;

    /** An empty ledger. */
    protected abstract Ledger emptyLedger();

    @BeforeEach
    void open() {
        ledger = emptyLedger();
    }

    @Test
    void job_isReadAsItWasRecorded() {
        JobRecord job = recorded(job(1));

        assertThat(ledger.job(job.job()).block()).isEqualTo(job);
        assertThat(ledger.byRequestId(job.requestId()).block()).isEqualTo(job);
    }

    @Test
    void theJobThatAJobWasMadeFrom_isKept() {
        JobRecord first = recorded(job(1));
        JobRecord again = recorded(StoreSamples.withParent(job(2), new Parent(first.job(), Parent.Kind.RETRY, true)));

        assertThat(ledger.job(again.job()).block()).isEqualTo(again);
        assertThat(values(ledger.newest(1))).containsExactly(again.head());
    }

    @Test
    void whyAJobWasWanted_isKept() {
        Remark why = new Remark("größe ' 漢", Map.of("ticket", "OPS-1", "team", "db"));
        JobRecord job = recorded(StoreSamples.withRemark(job(1), why));

        assertThat(ledger.job(job.job()).block()).isEqualTo(job);
        assertThat(values(ledger.newest(1))).containsExactly(job.head());
        await(ledger.wantCancel(job.job(), List.of(), CancelWish.PLAIN, AUDIT));
        assertThat(value(ledger.job(job.job())).remark()).isEqualTo(why);
    }

    @Test
    void ends_areTheCurrentOnesInTheseStates_withoutTheirOutput() {
        JobRecord job = recorded(job(1));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("ten bytes."))));
        await(ledger.settle(fate(job, WEB1, TargetState.LOST)));
        await(ledger.settle(fate(job, WEB2, TargetState.LOST)));
        long dropped = value(ledger.settle(fate(job, DB1, TargetState.DROPPED)));
        await(ledger.settle(done(job, WEB1, true)));
        Set<TargetState> all = Set.of(TargetState.LOST, TargetState.DROPPED, TargetState.SUCCEEDED);

        assertThat(value(ledger.ends(job.job(), all, 0)))
                .extracting(Fate::minion, Fate::state, Fate::stdout)
                .containsExactly(
                        tuple(WEB2, TargetState.LOST, Bytes.EMPTY),
                        tuple(DB1, TargetState.DROPPED, Bytes.EMPTY),
                        tuple(WEB1, TargetState.SUCCEEDED, Bytes.EMPTY));
        assertThat(value(ledger.ends(job.job(), all, dropped)))
                .extracting(Fate::minion)
                .containsExactly(WEB1);
        assertThat(value(ledger.ends(job.job(), Set.of(TargetState.LOST), 0)))
                .extracting(Fate::minion)
                .containsExactly(WEB2);
        assertThat(value(ledger.ends(job.job(), Set.of(TargetState.FAILED), 0))).isEmpty();
        assertThat(value(ledger.ends(job(2).job(), all, 0))).isEmpty();
    }

    @Test
    void ends_comeInPages() {
        List<MinionId> many =
                IntStream.range(0, 300).mapToObj(n -> new MinionId("m" + n)).toList();
        JobRecord job = recorded(job(1, "many", many));
        many.forEach(minion -> await(ledger.settle(fate(job, minion, TargetState.EXPIRED))));

        List<Fate> page = value(ledger.ends(job.job(), Set.of(TargetState.EXPIRED), 0));
        assertThat(page).extracting(Fate::minion).isEqualTo(many.subList(0, Limits.PAGE_ROWS));
        assertThat(value(ledger.ends(
                        job.job(),
                        Set.of(TargetState.EXPIRED),
                        page.get(Limits.PAGE_ROWS - 1).seq())))
                .extracting(Fate::minion)
                .isEqualTo(many.subList(Limits.PAGE_ROWS, 300));
    }

    @Test
    void unknownJob_isEmpty() {
        JobId unknown = job(1).job();

        assertThat(ledger.job(unknown).block()).isNull();
        assertThat(ledger.byRequestId("none").block()).isNull();
        assertThat(ledger.fate(unknown, WEB1).block()).isNull();
        assertThat(ledger.fates(unknown).block()).isEqualTo(new Counts(Map.of()));
        assertThat(ledger.page(unknown, 7, true, Set.of()).block())
                .isEqualTo(new ResultPage(7, List.of(), List.of(), List.of(), new Counts(Map.of()), true));
    }

    @Test
    void theWayToAFate_isKeptWithIt() {
        JobRecord job = recorded(job(1));
        await(ledger.settle(fate(job, WEB1, TargetState.LOST)));
        await(ledger.settle(done(job, WEB1, true)));
        await(ledger.settle(
                new FateRecord(job.job(), WEB2, TargetState.DROPPED, 9, null, null, false, false, Steps.NONE)));

        assertThat(values(ledger.trails(job.job(), WEB1)))
                .extracting(trail -> trail.fate().state(), Trail::steps)
                .containsExactly(
                        tuple(TargetState.LOST, StoreSamples.STEPS), tuple(TargetState.SUCCEEDED, StoreSamples.STEPS));
        assertThat(values(ledger.trails(job.job(), WEB2)))
                .extracting(Trail::steps)
                .containsExactly(Steps.NONE);
        assertThat(values(ledger.trails(job.job(), DB1))).isEmpty();
        assertThat(values(ledger.trails(job(2).job(), WEB1))).isEmpty();
    }

    @Test
    void sameRequestId_givesOneJob() {
        JobRecord job = recorded(job(1));
        JobRecord again = job(2, job.requestId(), List.of(WEB1));

        assertThat(ledger.record(again, AUDIT).block()).isFalse();
        assertThat(ledger.job(again.job()).block()).isNull();
        assertThat(ledger.byRequestId(job.requestId()).block()).isEqualTo(job);
    }

    @Test
    void sameRequestIdConcurrently_givesOneJob() {
        List<Boolean> answers = Flux.range(1, 64)
                .flatMap(
                        n -> ledger.record(job(n, "same", List.of(WEB1)), AUDIT).subscribeOn(Schedulers.parallel()), 64)
                .collectList()
                .block();

        assertThat(answers).hasSize(64).containsOnlyOnce(true);
        assertThat(values(ledger.newest(100))).hasSize(1);
    }

    @Test
    void sameJobId_isRefused_andOthersAreNot() {
        recorded(job(1));
        JobRecord twin = job(1, "another request", List.of(WEB1));

        Mono<Boolean> refused = ledger.record(twin, AUDIT);
        Mono<Boolean> fine = ledger.record(job(2), AUDIT);

        assertThatThrownBy(() -> await(refused)).isInstanceOf(IllegalStateException.class);
        assertThat(fine.block()).isTrue();
        assertThat(ledger.byRequestId("another request").block()).isNull();
    }

    @Test
    void minions_keepTheirOrder() {
        List<MinionId> many = IntStream.range(0, 5_000)
                .mapToObj(n -> new MinionId("m" + (n * 7) % 5_000))
                .toList();
        JobRecord job = recorded(job(1, "many", many));

        assertThat(ledger.job(job.job()).map(JobRecord::minions).block()).isEqualTo(many);
    }

    @Test
    void bySuffix_findsTheNewestTwo() {
        JobRecord first = recorded(StoreSamples.withId(job(1), JobId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV")));
        JobRecord second = recorded(StoreSamples.withId(job(2), JobId.parse("01ARZ3NDEKTSV4RRFFQ69G0FAV")));
        JobRecord third = recorded(StoreSamples.withId(job(3), JobId.parse("01ARZ3NDEKTSV4RRFFQ69GZFAV")));

        assertThat(values(ledger.bySuffix("G5FAV"))).containsExactly(first.head());
        assertThat(values(ledger.bySuffix("FAV"))).containsExactly(third.head(), second.head());
        assertThat(values(ledger.bySuffix(first.job().toString()))).containsExactly(first.head());
        assertThat(values(ledger.bySuffix("FA"))).isEmpty();
        assertThat(values(ledger.bySuffix("_FAV"))).isEmpty();
        assertThat(values(ledger.bySuffix("%"))).isEmpty();
    }

    @Test
    void newest_areThoseAcceptedLast() {
        JobHead late = recorded(job(3)).head();
        JobHead first = recorded(job(1)).head();
        JobHead middle = recorded(job(2)).head();

        assertThat(values(ledger.newest(2))).containsExactly(late, middle);
        assertThat(values(ledger.newest(3, 2))).containsExactly(middle, first);
        assertThat(values(ledger.newest(2, 2))).containsExactly(first);
    }

    @Test
    void sequence_growsByEveryFateAndPieceOfOutput() {
        JobRecord one = recorded(job(1));
        JobRecord two = recorded(job(2));

        List<Long> seqs = values(Flux.concat(
                ledger.append(WEB1, stdout(one, 0, Bytes.utf8("a"))),
                ledger.settle(fate(two, WEB1, TargetState.EXPIRED)),
                ledger.append(WEB1, stderr(one, 0, Bytes.utf8("b"))),
                ledger.settle(done(one, WEB1, false))));

        assertThat(seqs).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void writes_takeEffectInTheOrderOfTheCalls() {
        JobRecord job = job(1);
        List<Long> completed = new ArrayList<>();
        await(ledger.record(job, AUDIT));

        await(Flux.range(1, 500)
                .flatMap(i -> ledger.append(WEB1, stdout(job, i, Bytes.utf8("x"))), 500)
                .doOnNext(completed::add)
                .then());
        Fate fate = value(ledger.settle(done(job, WEB1, false)).then(ledger.fate(job.job(), WEB1)));

        assertThat(completed).isEqualTo(LongStream.rangeClosed(1, 500).boxed().toList());
        assertThat(fate.seq()).isEqualTo(501);
    }

    @Test
    void cancellingTheMono_doesNotUndoTheWrite() {
        JobRecord job = recorded(job(1));

        ledger.settle(fate(job, WEB1, TargetState.DROPPED)).subscribe().dispose();
        await(ledger.audit(AUDIT));

        assertThat(ledger.fate(job.job(), WEB1).block()).isNotNull();
    }

    @Test
    void fate_isReadAsItWasSettled() {
        JobRecord job = recorded(job(1));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("out"))));
        await(ledger.append(WEB1, stderr(job, 0, Bytes.utf8("err"))));

        long seq = value(ledger.settle(done(job, WEB1, false)));

        assertThat(ledger.fate(job.job(), WEB1).block())
                .isEqualTo(new Fate(
                        seq,
                        WEB1,
                        TargetState.SUCCEEDED,
                        job.acceptedAt() + 9,
                        succeeded(job),
                        Bytes.utf8("out"),
                        Bytes.utf8("err"),
                        null,
                        false));
        assertThat(ledger.fate(job.job(), WEB2).block()).isNull();
    }

    @Test
    void fate_carriesTheFirst8KiBOfEachStream() {
        JobRecord job = recorded(job(1));
        Bytes first = bytes(5_000, 'a');
        Bytes second = bytes(5_000, 'b');
        await(ledger.append(WEB1, stdout(job, 0, first)));
        await(ledger.append(WEB1, stdout(job, 5_000, second)));
        await(ledger.append(WEB1, stdout(job, 50_000, bytes(100, 'c'))));
        await(ledger.append(WEB1, stderr(job, 0, bytes(10, 'd'))));
        await(ledger.append(WEB1, stderr(job, 100, bytes(10, 'e'))));
        await(ledger.append(WEB2, stdout(job, 0, bytes(10, 'f'))));

        await(ledger.settle(done(job, WEB1, false)));

        Fate fate = value(ledger.fate(job.job(), WEB1));
        assertThat(fate.stdout().size()).isEqualTo(Limits.RESULT_HEAD);
        assertThat(fate.stdout().slice(0, 5_000)).isEqualTo(first);
        assertThat(fate.stdout().slice(5_000, Limits.RESULT_HEAD)).isEqualTo(bytes(3_192, 'b'));
        assertThat(fate.stderr()).as("ends where bytes were left out").isEqualTo(bytes(10, 'd'));
    }

    @Test
    void fate_carriesEveryByteAsItIs() {
        JobRecord job = recorded(job(1));
        byte[] all = new byte[256];
        IntStream.range(0, 256).forEach(i -> all[i] = (byte) i);

        await(ledger.append(WEB1, stdout(job, 0, Bytes.copyOf(all))));
        await(ledger.settle(done(job, WEB1, false)));

        assertThat(ledger.fate(job.job(), WEB1).map(Fate::stdout).block()).isEqualTo(Bytes.copyOf(all));
    }

    @Test
    void secondFate_isRefused_andTheRestCommits() {
        JobRecord job = recorded(job(1));

        List<Object> answers = Flux.mergeSequential(
                        List.of(
                                answer(ledger.settle(fate(job, WEB1, TargetState.EXPIRED))),
                                answer(ledger.settle(fate(job, WEB1, TargetState.DROPPED))),
                                answer(ledger.settle(fate(job, WEB2, TargetState.EXPIRED)))),
                        3,
                        1)
                .collectList()
                .block();

        assertThat(answers).element(0).isEqualTo(1L);
        assertThat(answers).element(1).isInstanceOf(IllegalStateException.class);
        assertThat(answers).element(2).isEqualTo(2L);
        assertThat(ledger.fate(job.job(), WEB1).map(Fate::state).block()).isEqualTo(TargetState.EXPIRED);
        assertThat(ledger.fates(job.job()).block()).isEqualTo(new Counts(Map.of(TargetState.EXPIRED, 2)));
    }

    @Test
    void unknownJob_isRefused_byEveryWrite() {
        JobRecord unknown = job(1);

        for (Mono<?> write : List.of(
                ledger.settle(fate(unknown, WEB1, TargetState.EXPIRED)),
                ledger.append(WEB1, stdout(unknown, 0, Bytes.utf8("a"))),
                ledger.wantCancel(unknown.job(), List.of(), CancelWish.PLAIN, AUDIT))) {
            assertThatThrownBy(() -> await(write))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(unknown.job().toString());
        }
    }

    @Test
    void secondPieceAtTheSameOffset_isRefused() {
        JobRecord job = recorded(job(1));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("a"))));

        Mono<Long> again = ledger.append(WEB1, stdout(job, 0, Bytes.utf8("a")));

        assertThatThrownBy(() -> await(again)).isInstanceOf(IllegalStateException.class);
        assertThat(ledger.append(WEB1, stderr(job, 0, Bytes.utf8("a"))).block()).isEqualTo(2);
    }

    @Test
    void lost_isRevisedOnce() {
        JobRecord job = recorded(job(1));
        await(ledger.settle(fate(job, WEB1, TargetState.LOST)));
        await(ledger.settle(fate(job, WEB2, TargetState.LOST)));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("after all"))));

        long revision = value(ledger.settle(done(job, WEB1, true)));

        Fate fate = value(ledger.fate(job.job(), WEB1));
        assertThat(fate.seq()).isEqualTo(revision);
        assertThat(fate.late()).isTrue();
        assertThat(fate.stdout()).isEqualTo(Bytes.utf8("after all"));
        assertThat(ledger.fates(job.job()).block())
                .isEqualTo(new Counts(Map.of(TargetState.LOST, 1, TargetState.SUCCEEDED, 1)));
        assertThatThrownBy(() -> await(ledger.settle(done(job, WEB1, true)))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void page_showsLostAndItsRevision_inOrder() {
        JobRecord job = recorded(job(1));
        await(ledger.settle(fate(job, WEB1, TargetState.LOST)));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("after all"))));
        await(ledger.settle(done(job, WEB1, true)));

        ResultPage page = value(ledger.page(job.job(), 0, false, Set.of()));

        assertThat(page.fates()).extracting(Fate::state).containsExactly(TargetState.LOST, TargetState.SUCCEEDED);
        assertThat(page.fates()).extracting(Fate::late).containsExactly(false, true);
        assertThat(page.fates()).extracting(Fate::stdout).containsExactly(Bytes.EMPTY, Bytes.utf8("after all"));
    }

    @Test
    void onlyLost_isRevised() {
        JobRecord job = recorded(job(1));
        await(ledger.settle(fate(job, WEB1, TargetState.INTERRUPTED)));

        assertThatThrownBy(() -> await(ledger.settle(done(job, WEB1, true)))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> await(ledger.settle(done(job, WEB2, true)))).isInstanceOf(IllegalStateException.class);
        assertThat(ledger.fates(job.job()).block()).isEqualTo(new Counts(Map.of(TargetState.INTERRUPTED, 1)));
    }

    @Test
    void lastFate_endsTheJob() {
        JobRecord job = recorded(job(1, "one", List.of(WEB1)));
        FateRecord end = last(fate(job, WEB1, TargetState.EXPIRED));

        await(ledger.settle(end));

        assertThat(ledger.job(job.job()).map(JobRecord::endedAt).block()).isEqualTo(end.at());
    }

    @Test
    void page_mergesFatesAndOutputInOrder() {
        JobRecord job = recorded(job(1));
        JobRecord other = recorded(job(2));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("a"))));
        await(ledger.append(WEB1, stdout(other, 0, Bytes.utf8("z"))));
        await(ledger.settle(done(job, WEB1, false)));
        await(ledger.append(WEB2, stderr(job, 3, Bytes.utf8("b"))));
        await(ledger.settle(fate(other, WEB1, TargetState.EXPIRED)));

        ResultPage page = value(ledger.page(job.job(), 0, true, Set.of()));

        assertThat(page.fates()).extracting(Fate::seq).containsExactly(3L);
        assertThat(page.output())
                .containsExactly(
                        new ResultPage.Piece(1, WEB1, Output.Stream.STDOUT, 0, Bytes.utf8("a")),
                        new ResultPage.Piece(4, WEB2, Output.Stream.STDERR, 3, Bytes.utf8("b")));
        assertThat(page.cursor()).isEqualTo(4);
        assertThat(page.hints()).isEmpty();
        assertThat(page.complete()).isTrue();
        assertThat(page.counts()).isEqualTo(new Counts(Map.of()));
    }

    @Test
    void page_withoutOutput_hasFatesOnly() {
        JobRecord job = recorded(job(1));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("a"))));
        await(ledger.settle(done(job, WEB1, false)));

        ResultPage page = value(ledger.page(job.job(), 0, false, Set.of()));

        assertThat(page.output()).isEmpty();
        assertThat(page.fates()).extracting(Fate::minion).containsExactly(WEB1);
    }

    @Test
    void page_ofSomeMinions_leavesOthersOut() {
        JobRecord job = recorded(job(1));
        for (MinionId minion : job.minions()) {
            await(ledger.append(minion, stdout(job, 0, Bytes.utf8("a"))));
            await(ledger.settle(done(job, minion, false)));
        }

        ResultPage page = value(ledger.page(job.job(), 0, true, Set.of(WEB2)));

        assertThat(page.fates()).extracting(Fate::minion).containsExactly(WEB2);
        assertThat(page.output()).extracting(ResultPage.Piece::minion).containsExactly(WEB2);
        assertThat(page.cursor()).as("what was left out is not looked at again").isEqualTo(6);
    }

    @Test
    void page_afterItsCursor_isTheRest() {
        JobRecord job = recorded(job(1));
        await(ledger.settle(fate(job, WEB1, TargetState.EXPIRED)));
        await(ledger.settle(fate(job, WEB2, TargetState.EXPIRED)));

        ResultPage rest = value(ledger.page(job.job(), 1, true, Set.of()));
        ResultPage nothing = value(ledger.page(job.job(), rest.cursor(), true, Set.of()));

        assertThat(rest.fates()).extracting(Fate::minion).containsExactly(WEB2);
        assertThat(nothing.fates()).isEmpty();
        assertThat(nothing.cursor()).isEqualTo(rest.cursor());
    }

    @Test
    void page_hasAtMost256Rows() {
        JobRecord job = recorded(job(1));
        append(job, 300, 1);

        ResultPage page = value(ledger.page(job.job(), 0, true, Set.of()));

        assertThat(page.output()).hasSize(Limits.PAGE_ROWS);
        assertThat(page.cursor()).isEqualTo(Limits.PAGE_ROWS);
        assertThat(page.complete()).isFalse();
        assertThat(value(ledger.page(job.job(), page.cursor(), true, Set.of())).output())
                .hasSize(300 - Limits.PAGE_ROWS);
    }

    @Test
    void page_hasAtMost512KiB() {
        JobRecord job = recorded(job(1));
        append(job, 20, Limits.CHUNK);

        List<ResultPage> pages = pages(job, 0);

        assertThat(pages)
                .allSatisfy(page -> assertThat(page.output().stream()
                                .mapToInt(piece -> piece.bytes().size())
                                .sum())
                        .isBetween(Limits.CHUNK, Limits.PAGE_BYTES));
        assertThat(pages.stream().mapToInt(page -> page.output().size()).sum()).isEqualTo(20);
    }

    @Test
    void pages_areGapless_whileWritersRun() {
        int jobs = 4;
        int pieces = 1_000;
        List<JobRecord> all =
                IntStream.rangeClosed(1, jobs).mapToObj(n -> recorded(job(n))).toList();
        Mono<Void> writers = Flux.fromIterable(all)
                .flatMap(
                        job -> Flux.range(0, pieces)
                                .flatMap(i -> ledger.append(WEB1, stdout(job, i, Bytes.utf8("x"))), 16)
                                .then(ledger.settle(done(job, WEB1, false)))
                                .subscribeOn(Schedulers.parallel()),
                        jobs)
                .then();
        Mono<List<Long>> reader = follow(all.get(0));

        List<Long> read = value(writers.thenReturn(true).zipWith(reader, (written, seqs) -> seqs));

        assertThat(read).hasSize(pieces + 1).isSorted().doesNotHaveDuplicates();
        assertThat(read).isEqualTo(seqs(pages(all.get(0), 0)));
    }

    @Test
    void unfinished_areThoseWithOpenTargets_inOrderOfAcceptance() {
        JobRecord later = recorded(job(2));
        JobRecord earlier = recorded(job(1));
        JobRecord over = recorded(job(3, "over", List.of(WEB1)));
        await(ledger.settle(last(fate(over, WEB1, TargetState.EXPIRED))));
        await(ledger.settle(fate(earlier, WEB1, TargetState.EXPIRED)));

        List<UnfinishedJob> unfinished = values(ledger.unfinished());

        assertThat(unfinished).extracting(UnfinishedJob::job).containsExactly(earlier, later);
        assertThat(unfinished.get(0).open()).containsExactly(WEB2, DB1);
        assertThat(unfinished.get(1).open()).containsExactly(WEB1, WEB2, DB1);
        assertThat(unfinished.get(0).cancelWanted()).isEmpty();
        assertThat(unfinished.get(0).uploads()).isEmpty();
    }

    @Test
    void unfinished_tellsWhatIsUploaded() {
        JobRecord job = recorded(job(1));
        await(ledger.append(WEB1, stdout(job, 0, bytes(100, 'a'))));
        await(ledger.append(WEB1, stdout(job, 1_000, bytes(50, 'b'))));
        await(ledger.append(WEB2, stderr(job, 0, bytes(7, 'c'))));
        await(ledger.append(DB1, stdout(job, 0, bytes(7, 'd'))));
        await(ledger.settle(done(job, DB1, false)));

        UnfinishedJob unfinished = value(ledger.unfinished().last());

        assertThat(unfinished.uploads())
                .isEqualTo(Map.of(
                        WEB1, Map.of(Output.Stream.STDOUT, new Upload(1_050, 150)),
                        WEB2, Map.of(Output.Stream.STDERR, new Upload(7, 7))));
    }

    @Test
    void uploads_ofOneTarget_areToldAlsoAfterItsFate() {
        JobRecord job = recorded(job(1));
        assertThat(value(ledger.uploads(job.job(), WEB1))).isEmpty();
        await(ledger.append(WEB1, stdout(job, 0, bytes(100, 'a'))));
        await(ledger.settle(fate(job, WEB1, TargetState.LOST)));
        await(ledger.append(WEB1, stdout(job, 100, bytes(50, 'b'))));
        await(ledger.append(WEB2, stderr(job, 0, bytes(7, 'c'))));

        assertThat(value(ledger.uploads(job.job(), WEB1)))
                .isEqualTo(Map.of(Output.Stream.STDOUT, new Upload(150, 150)));
    }

    @Test
    void cancelOfSomeMinions_isWantedOfThemWhileTheyAreOpen() {
        JobRecord job = recorded(job(1));

        await(ledger.wantCancel(job.job(), List.of(WEB1, WEB2), CancelWish.PLAIN, AUDIT));
        await(ledger.wantCancel(job.job(), List.of(WEB1), CancelWish.PLAIN, AUDIT));
        await(ledger.settle(fate(job, WEB2, TargetState.CANCELLED)));

        UnfinishedJob unfinished = value(ledger.unfinished().last());
        assertThat(unfinished.cancelWanted()).containsOnlyKeys(WEB1);
        assertThat(unfinished.job().cancel()).isNull();
    }

    @Test
    void cancels_areKeptTogether_withTheShortestTimeAndTheLastReason() {
        JobRecord job = recorded(job(1));
        CancelWish soon = new CancelWish("größe ' 漢", 500L);

        await(ledger.wantCancel(job.job(), List.of(WEB1), soon, AUDIT));
        await(ledger.wantCancel(job.job(), List.of(WEB1, WEB2), CancelWish.PLAIN.withKillAfterMillis(900), AUDIT));
        await(ledger.wantCancel(job.job(), List.of(), CancelWish.PLAIN, AUDIT));
        await(ledger.wantCancel(job.job(), List.of(), soon, AUDIT));
        await(ledger.wantCancel(job.job(), List.of(), new CancelWish("again", 900L), AUDIT));

        UnfinishedJob unfinished = value(ledger.unfinished().last());
        assertThat(unfinished.cancelWanted())
                .isEqualTo(Map.of(WEB1, soon, WEB2, CancelWish.PLAIN.withKillAfterMillis(900)));
        assertThat(unfinished.job().cancel()).isEqualTo(new CancelWish("again", 500L));
        assertThat(values(ledger.newest(1))).containsExactly(unfinished.job().head());
    }

    @Test
    void cancelOfTheJob_isWantedOfAllThatAreOpen() {
        JobRecord job = recorded(job(1));
        await(ledger.settle(fate(job, WEB1, TargetState.EXPIRED)));

        await(ledger.wantCancel(job.job(), List.of(), CancelWish.PLAIN, AUDIT));
        await(ledger.wantCancel(job.job(), List.of(), CancelWish.PLAIN, AUDIT));

        assertThat(value(ledger.job(job.job())).cancel()).isNotNull();
        UnfinishedJob unfinished = value(ledger.unfinished().last());
        assertThat(unfinished.open()).containsExactly(WEB2, DB1);
        assertThat(unfinished.job().cancel()).isNotNull();
    }

    @Test
    void lastTime_isTheLatestOfAllThatCommitsCarried() {
        assertThat(ledger.lastTime().block()).isZero();

        JobRecord job = recorded(job(1));
        assertThat(ledger.lastTime().block()).isEqualTo(job.acceptedAt());
        await(ledger.settle(done(job, WEB1, false)));
        assertThat(ledger.lastTime().block()).isEqualTo(job.acceptedAt() + 9);
        await(ledger.audit(new AuditRecord(9_000, "uid 0", "DENIED", "submit", "")));
        assertThat(ledger.lastTime().block()).isEqualTo(9_000);
        await(ledger.settle(done(job, WEB2, false)));
        assertThat(ledger.lastTime().block()).as("never backwards").isEqualTo(9_000);
    }

    @Test
    void deployment_hasAName() {
        assertThat(value(ledger.deployment())).isNotEmpty().isEqualTo(value(ledger.deployment()));
    }

    private JobRecord recorded(JobRecord job) {
        assertThat(ledger.record(job, AUDIT).block()).isTrue();
        return job;
    }

    private static Mono<Object> answer(Mono<?> write) {
        return write.cast(Object.class).onErrorResume(Mono::just);
    }

    private void append(JobRecord job, int pieces, int size) {
        await(Flux.range(0, pieces)
                .flatMap(i -> ledger.append(WEB1, stdout(job, (long) i * size, bytes(size, 'x'))), 1_000)
                .then());
    }

    /** Reads page after page until the first fate of the job was read. */
    private Mono<List<Long>> follow(JobRecord job) {
        return ledger.page(job.job(), 0, true, Set.of())
                .expand(page -> page.fates().isEmpty()
                        ? ledger.page(job.job(), page.cursor(), true, Set.of()).subscribeOn(Schedulers.parallel())
                        : Mono.empty())
                .flatMapIterable(page -> seqs(List.of(page)))
                .collectList()
                .subscribeOn(Schedulers.parallel());
    }

    private List<ResultPage> pages(JobRecord job, long after) {
        List<ResultPage> pages = new ArrayList<>();
        ResultPage page = value(ledger.page(job.job(), after, true, Set.of()));
        while (!seqs(List.of(page)).isEmpty()) {
            pages.add(page);
            page = value(ledger.page(job.job(), page.cursor(), true, Set.of()));
        }
        return pages;
    }

    private static List<Long> seqs(List<ResultPage> pages) {
        return pages.stream()
                .flatMap(page -> Stream.concat(
                                page.output().stream().map(ResultPage.Piece::seq),
                                page.fates().stream().map(Fate::seq))
                        .sorted())
                .toList();
    }
}
