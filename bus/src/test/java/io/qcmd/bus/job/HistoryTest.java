package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.StoreSamples;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultPage.Hint;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.TargetPage;
import io.qcmd.protocol.TargetQuery;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class HistoryTest {
    private static final MinionId WEB1 = new MinionId("web-1");
    private static final Principal TESTER = new Principal.Remote("tester");
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);
    private static final int TARGETS = 90;

    private final MemoryStore store = new MemoryStore();
    private final HeldLedger reads = new HeldLedger(store);
    private final Rooms bus = Rooms.over(store, reads.ledger).enrol("web-1", "web-2");

    @Test
    void cursor_endsWhenEveryTargetHasItsEnd_andAllWasSent() {
        JobId job = bus.job("web-*");

        StepVerifier.create(bus.history.results(all(job)))
                .then(() -> bus.cancel(job, "web-2"))
                .assertNext(page -> {
                    assertThat(page.fates()).extracting(Fate::minion).containsExactly(new MinionId("web-2"));
                    assertThat(page.complete()).isFalse();
                    assertThat(page.counts().live()).isEqualTo(1);
                })
                .then(() -> bus.cancel(job, "web-1"))
                .assertNext(page -> {
                    assertThat(page.fates()).extracting(Fate::minion).containsExactly(WEB1);
                    assertThat(page.complete()).isTrue();
                })
                .verifyComplete();
    }

    @Test
    void cursor_goesOnWhereItWas() {
        JobId job = bus.job("web-*");
        bus.cancel(job, "web-2");
        long after = Await.value(bus.history.results(all(job)).next()).cursor();
        bus.cancel(job, "web-1");

        List<ResultPage> rest = Await.values(bus.history.results(new ResultQuery(job, after, true, false, List.of())));

        assertThat(rest.stream().flatMap(page -> page.fates().stream()))
                .extracting(Fate::minion)
                .containsExactly(WEB1);
    }

    @Test
    void pages_areReadWhenTheyAreAskedFor() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job));
        IntStream.range(0, 300).forEach(i -> agent.output(job, i, "x"));
        agent.say(new Report.Done(FakeAgent.succeeded(job, 300)));

        StepVerifier.create(bus.history.results(all(job)), 0)
                .expectSubscription()
                .then(() -> assertThat(reads.pages).isZero())
                .thenRequest(1)
                .assertNext(page -> assertThat(page.output()).hasSize(Limits.PAGE_ROWS))
                .then(() -> assertThat(reads.pages).isEqualTo(1))
                .thenRequest(1)
                .assertNext(page -> assertThat(page.complete()).isTrue())
                .verifyComplete();
        assertThat(reads.pages).isEqualTo(2);
    }

    @Test
    void news_areReadAtOnceAtFirst_thenOncePerPause_andTheEndAtOnce() {
        JobId job = many();
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = bus.history.results(all(job)).subscribe(seen::add);
        assertThat(reads.pages).isZero();

        bus.cancel(job, "db-0");
        assertThat(fates(seen)).hasSize(1);
        IntStream.range(1, 50).forEach(i -> bus.cancel(job, "db-" + i));
        bus.advance(PAUSE.minusMillis(1));
        assertThat(fates(seen)).hasSize(1);
        bus.advance(Duration.ofMillis(1));
        assertThat(fates(seen)).hasSize(50);
        assertThat(reads.pages).isEqualTo(2);

        IntStream.range(50, TARGETS).forEach(i -> bus.cancel(job, "db-" + i));
        assertThat(fates(seen)).hasSize(TARGETS).doesNotHaveDuplicates();
        assertThat(reads.pages).isEqualTo(3);
        assertThat(reader.isDisposed()).isTrue();
    }

    @Test
    @Tag("F34")
    void wallClockThatIsTurnedBack_letsNoReaderWait() {
        WallClocked timers = new WallClocked(bus.time);
        History history = new History(reads.ledger, bus.accounting, timers, () -> false);
        JobId job = many();
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = history.results(all(job)).subscribe(seen::add);
        bus.cancel(job, "db-0");

        timers.ahead = Duration.ofHours(-1);
        bus.cancel(job, "db-1");
        bus.advance(PAUSE);

        assertThat(fates(seen)).hasSize(2);
        reader.dispose();
    }

    @Test
    void moves_costNoRead() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-*");
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = bus.history
                .results(new ResultQuery(job, 0, true, true, List.of()))
                .subscribe(seen::add);
        agent.say(new Report.Ready(job));
        bus.advance(PAUSE);
        agent.say(new Report.Started(job));
        bus.advance(PAUSE);

        assertThat(seen.get(seen.size() - 1).hints()).containsExactly(new Hint(WEB1, TargetState.RUNNING));
        assertThat(reads.pages).isZero();
        reader.dispose();
    }

    @Test
    void aResult_doesNotWaitForThePauseOfHints() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-*");
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = bus.history
                .results(new ResultQuery(job, 0, true, true, List.of()))
                .subscribe(seen::add);
        agent.say(new Report.Ready(job), new Report.Started(job));
        agent.succeeded(job);

        assertThat(fates(seen)).containsExactly(WEB1);
        reader.dispose();
    }

    @Test
    void underPressure_outputWaits_statesGoOn_andNothingIsLeftOut() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-*");
        bus.holdsOutputBack = true;
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = bus.history
                .results(new ResultQuery(job, 0, true, true, List.of()))
                .subscribe(seen::add);
        agent.say(new Report.Ready(job)).output(job, 0, "a").output(job, 1, "b");
        bus.advance(PAUSE);
        agent.say(new Report.Started(job)).output(job, 2, "c");
        bus.advance(PAUSE);

        assertThat(output(seen)).isEqualTo("a");
        assertThat(seen.get(seen.size() - 1).hints()).containsExactly(new Hint(WEB1, TargetState.RUNNING));
        bus.advance(LONG_PAUSE);
        assertThat(output(seen)).isEqualTo("abc");
        assertThat(reads.pages).isEqualTo(2);
        reader.dispose();
    }

    @Test
    void underPressure_fullPagesComeOneByOne_andTheRestAtOnceWithTheEndOfTheJob() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job));
        IntStream.range(0, 700).forEach(i -> agent.output(job, i, "x"));
        bus.holdsOutputBack = true;
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = bus.history.results(all(job)).subscribe(seen::add);

        assertThat(output(seen)).hasSize(Limits.PAGE_ROWS);
        bus.advance(LONG_PAUSE);
        assertThat(output(seen)).hasSize(2 * Limits.PAGE_ROWS);
        agent.say(new Report.Done(FakeAgent.succeeded(job, 700)));

        assertThat(output(seen)).hasSize(700);
        assertThat(fates(seen)).containsExactly(WEB1);
        assertThat(reader.isDisposed()).isTrue();
    }

    @Test
    void underPressure_resultsWithoutOutput_comeAsEver() {
        JobId job = many();
        bus.holdsOutputBack = true;
        List<ResultPage> seen = new ArrayList<>();
        Disposable reader = bus.history
                .results(new ResultQuery(job, 0, false, false, List.of()))
                .subscribe(seen::add);
        bus.cancel(job, "db-0");
        bus.cancel(job, "db-1");
        bus.advance(PAUSE);

        assertThat(fates(seen)).hasSize(2);
        reader.dispose();
    }

    private static String output(List<ResultPage> pages) {
        return pages.stream()
                .flatMap(page -> page.output().stream())
                .map(piece -> piece.bytes().utf8())
                .collect(Collectors.joining());
    }

    @Test
    void aViewerThatNeverAsks_holdsNobodyUp_andReadsAllLater_withItsGapsMarked() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.read();
        Return.Captured cut = new Return.Captured(1_004, 7, Bytes.wrap(new byte[32]));

        StepVerifier.create(bus.history.results(all(job)), 0)
                .expectSubscription()
                .then(() -> {
                    agent.say(new Report.Ready(job)).output(job, 0, "abc").output(job, 1_000, "tail");
                    agent.say(new Report.Done(
                            new Return(job, TargetState.SUCCEEDED, 0, 1, cut, Return.Captured.NONE, 0, null)));
                    assertThat(agent.healthy().read())
                            .extracting(control -> control.getClass().getSimpleName())
                            .containsExactly("Go", "Committed", "Committed", "Settled");
                    assertThat(reads.pages).isZero();
                })
                .thenRequest(1)
                .assertNext(page -> {
                    assertThat(page.output())
                            .extracting(piece ->
                                    piece.offset() + " " + piece.bytes().utf8())
                            .containsExactly("0 abc", "1000 tail");
                    assertThat(page.fates())
                            .singleElement()
                            .extracting(fate ->
                                    Objects.requireNonNull(fate.result()).stdout())
                            .isEqualTo(cut);
                })
                .verifyComplete();
    }

    @Test
    void manyViewers_eachAtItsOwnSpeed_getEachTargetOnce_andReadOnlyWhatTheyAskFor() {
        JobId job = many();
        List<Viewer> viewers =
                IntStream.rangeClosed(1, 20).mapToObj(Viewer::new).toList();
        viewers.forEach(viewer -> bus.history.results(all(job)).subscribe(viewer));
        for (int i = 0; i < TARGETS; i++) {
            bus.cancel(job, "db-" + i);
            bus.advance(PAUSE);
            for (Viewer viewer : viewers) {
                viewer.step(i);
            }
        }
        viewers.forEach(viewer -> viewer.request(TARGETS));

        assertThat(viewers).allSatisfy(viewer -> {
            assertThat(fates(viewer.pages)).hasSize(TARGETS).doesNotHaveDuplicates();
            assertThat(viewer.pages.get(viewer.pages.size() - 1).complete()).isTrue();
        });
        assertThat(reads.pages)
                .isEqualTo(
                        viewers.stream().mapToInt(viewer -> viewer.pages.size()).sum());
    }

    /** Asks for a page at every n-th step. */
    private static final class Viewer extends BaseSubscriber<ResultPage> {
        private final int every;
        private final List<ResultPage> pages = new ArrayList<>();

        Viewer(int every) {
            this.every = every;
        }

        void step(int i) {
            if (i % every == 0) {
                request(1);
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // Asks for nothing yet.
        }

        @Override
        protected void hookOnNext(ResultPage page) {
            pages.add(page);
        }
    }

    private JobId many() {
        bus.enrol(IntStream.range(0, TARGETS).mapToObj(i -> "db-" + i).toArray(String[]::new));
        return bus.job("db-*");
    }

    @Test
    void jobThatIsPurgedWhileItIsRead_isNotToldAsComplete() {
        JobId job = many();
        bus.cancel(job, "db-0");

        StepVerifier.create(bus.history.results(all(job)), 1)
                .assertNext(page -> assertThat(page.complete()).isFalse())
                .then(() -> bus.cancel(job))
                .then(reads::forget)
                .thenRequest(10)
                .expectErrorMatches(
                        error -> error instanceof QcmdException told && told.code() == ErrorCode.JOB_NOT_FOUND)
                .verify(Duration.ofSeconds(20));
    }

    private static List<MinionId> fates(List<ResultPage> pages) {
        return pages.stream()
                .flatMap(page -> page.fates().stream())
                .map(Fate::minion)
                .toList();
    }

    @Test
    void manyNews_costASlowReaderOnePage() {
        JobId job = bus.job("web-*");

        StepVerifier.create(bus.history.results(all(job)), 0)
                .then(() -> bus.cancel(job, "web-1"))
                .then(() -> bus.cancel(job, "web-2"))
                .thenRequest(1)
                .assertNext(page -> assertThat(page.fates()).hasSize(2))
                .thenCancel()
                .verify();
    }

    @Test
    void hints_tellWhoGoesOn_whenTheyAreWanted() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-*");
        agent.say(new Report.Ready(job));

        StepVerifier.create(bus.history.results(new ResultQuery(job, 0, false, true, List.of())))
                .assertNext(page -> assertThat(page.hints()).containsExactly(new Hint(WEB1, TargetState.ACCEPTED)))
                .then(() -> {
                    agent.say(new Report.Started(job));
                    bus.advance(PAUSE);
                })
                .assertNext(page -> assertThat(page.hints()).containsExactly(new Hint(WEB1, TargetState.RUNNING)))
                .thenCancel()
                .verify();
    }

    @Test
    void output_isSent_whenItIsWanted() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job)).output(job, 0, "abc");
        agent.say(new Report.Done(FakeAgent.succeeded(job, 3)));

        assertThat(Await.values(bus.history.results(all(job))).stream().flatMap(page -> page.output().stream()))
                .singleElement()
                .satisfies(piece -> assertThat(piece.bytes().utf8()).isEqualTo("abc"));
        assertThat(Await.values(bus.history.results(new ResultQuery(job, 0, false, false, List.of()))).stream()
                        .flatMap(page -> page.output().stream()))
                .isEmpty();
    }

    @Test
    void someMinions_givesOnlyTheirs_inRowsAndHints() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-*");
        agent.say(new Report.Ready(job));
        bus.cancel(job, "web-2");

        StepVerifier.create(bus.history.results(new ResultQuery(job, 0, false, true, List.of(new MinionId("web-2")))))
                .assertNext(page -> {
                    assertThat(page.fates()).extracting(Fate::minion).containsExactly(new MinionId("web-2"));
                    assertThat(page.hints()).isEmpty();
                })
                .then(() -> agent.succeeded(job))
                .thenConsumeWhile(
                        page -> !page.complete(),
                        page -> assertThat(page.fates()).isEmpty())
                .assertNext(page -> assertThat(page.complete()).isTrue())
                .verifyComplete();
    }

    @Test
    void readers_missNothing_whileEndsAreWritten() {
        MemoryStore slow = new MemoryStore(Schedulers.parallel());
        Rooms busy = Rooms.over(slow, slow).enrol("web-1", "web-2", "web-3");
        for (int round = 0; round < 300; round++) {
            JobId job = busy.job("web-*");
            CompletableFuture<List<ResultPage>> read = busy.history
                    .results(all(job))
                    .subscribeOn(Schedulers.boundedElastic())
                    .collectList()
                    .toFuture();
            busy.cancel(job, "web-2");
            busy.cancel(job);

            List<ResultPage> pages = read.orTimeout(10, TimeUnit.SECONDS).join();
            List<Fate> fates =
                    pages.stream().flatMap(page -> page.fates().stream()).toList();
            // Each minion once; between minions only the ledger makes an order, as their turns may be run by any
            // thread.
            assertThat(fates)
                    .extracting(fate -> fate.minion().value())
                    .containsExactlyInAnyOrder("web-1", "web-2", "web-3");
            assertThat(fates).extracting(Fate::seq).isSorted().doesNotHaveDuplicates();
            assertThat(pages.get(pages.size() - 1).complete()).isTrue();
        }
    }

    @Test
    void jobs_areNamedByIdOrSuffixOrPlace() {
        JobId older = bus.job("web-1");
        JobId newer = bus.job("web-2");

        assertThat(shown(older.toString().toLowerCase(Locale.ROOT))).isEqualTo(older);
        assertThat(shown(older.shortForm())).isEqualTo(older);
        assertThat(shown("@last")).isEqualTo(newer);
        assertThat(shown("@-2")).isEqualTo(older);
        assertFails(ErrorCode.JOB_NOT_FOUND, () -> shown("@-3"));
        assertFails(ErrorCode.JOB_NOT_FOUND, () -> shown("000000"));
        assertFails(ErrorCode.JOB_NOT_FOUND, () -> shown(new JobId(1, 1).toString()));
        assertFails(
                ErrorCode.JOB_NOT_FOUND,
                () -> bus.history.results(all(new JobId(1, 1))).blockLast());
    }

    @Test
    void suffixOfTwo_isAmbiguous() {
        for (int n = 1; n <= 2; n++) {
            Await.await(store.record(record(new JobId(n, 42)), StoreSamples.AUDIT));
        }

        assertFails(ErrorCode.JOB_AMBIGUOUS, () -> shown("00001A"));
    }

    @Test
    void list_givesTheNewestFirst_withTheirCounts() {
        FakeAgent agent = bus.agent("web-1");
        JobId older = bus.job("web-1");
        agent.say(new Report.Ready(older)).succeeded(older);
        JobId newer = bus.job("web-2");

        List<JobInfo> jobs =
                Await.values(bus.history.list(TESTER, JobQuery.newest(9)).flatMapIterable(JobPage::jobs));

        assertThat(jobs).extracting(JobInfo::job).containsExactly(newer, older);
        assertThat(jobs).extracting(JobInfo::status).containsExactly(JobStatus.RUNNING, JobStatus.SUCCEEDED);
        assertThat(jobs).allSatisfy(job -> assertThat(job.counts().total()).isEqualTo(1));
    }

    @Test
    void results_endWithWhatIsKnown_whenTheyAreNotFollowed() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-[1-2]");
        agent.say(new Report.Ready(job)).output(job, 0, "so far");

        List<ResultPage> pages =
                Await.values(bus.history.results(new ResultQuery(job, 0, true, false, List.of(), false)));

        assertThat(pages).hasSize(1).allMatch(ResultPage::complete);
        assertThat(pages.get(0).output())
                .extracting(piece -> piece.bytes().utf8())
                .containsExactly("so far");
        assertThat(pages.get(0).counts().live()).isEqualTo(2);
    }

    @Test
    void list_givesWhatIsAskedFor() {
        FakeAgent agent = bus.agent("web-1");
        JobId old = bus.job("web-1");
        agent.say(new Report.Ready(old)).succeeded(old);
        bus.advance(Duration.ofMinutes(2));
        JobId running = bus.job("web-2");
        JobId others = Await.value(bus.jobs.accept(new Principal.Local(0, 0, 1), bus.request("web-1")))
                .job();

        assertThat(listed(new JobQuery(9, true, Set.of(), null, Map.of()))).containsExactly(running, old);
        assertThat(listed(new JobQuery(9, false, Set.of(JobStatus.SUCCEEDED), null, Map.of())))
                .containsExactly(old);
        assertThat(listed(new JobQuery(9, false, Set.of(), 60_000L, Map.of()))).containsExactly(others, running);
        assertThat(listed(new JobQuery(1, false, Set.of(JobStatus.RUNNING), null, Map.of())))
                .containsExactly(others);
    }

    @Test
    void list_givesWhatHasAllTheNotes_andTellsThem() {
        Remark why = new Remark("disk full", Map.of("ticket", "OPS-1", "team", "db"));
        Submit plain = bus.request("web-1");
        JobId noted = Await.value(bus.jobs.accept(
                        TESTER, new Submit(plain.requestId(), plain.selection(), plain.command(), null, null, why)))
                .job();
        bus.job("web-1");

        assertThat(listed(new JobQuery(9, false, Set.of(), null, Map.of("ticket", "OPS-1"))))
                .containsExactly(noted);
        assertThat(listed(new JobQuery(9, false, Set.of(), null, why.notes()))).containsExactly(noted);
        assertThat(listed(new JobQuery(9, false, Set.of(), null, Map.of("ticket", "OPS-1", "team", "web"))))
                .isEmpty();
        assertThat(Await.value(bus.history.show(new JobRef(noted.toString()))).remark())
                .isEqualTo(why);
    }

    @Test
    void list_goesOnBeyondWhatIsReadAtATime() {
        for (int i = 0; i < 70; i++) {
            JobId job = JobId.of(i, i, i);
            Await.await(bus.store.record(record(job, i), StoreSamples.AUDIT));
        }

        assertThat(listed(JobQuery.newest(69)))
                .hasSize(69)
                .doesNotHaveDuplicates()
                .startsWith(JobId.of(69, 69, 69), JobId.of(68, 68, 68));
    }

    private List<JobId> listed(JobQuery query) {
        return Await.values(bus.history.list(TESTER, query).flatMapIterable(JobPage::jobs)).stream()
                .map(JobInfo::job)
                .toList();
    }

    @Test
    void targets_areTheEnded_thenThoseThatGoOn_eachOnce() {
        FakeAgent agent = bus.enrol("web-3").agent("web-2");
        JobId job = bus.job("web-[1-3]");
        agent.say(new Report.Ready(job)).succeeded(job);

        assertThat(targets(job)).containsExactly("web-2 SUCCEEDED", "web-1 QUEUED", "web-3 QUEUED");
        assertThat(targets(job, TargetState.QUEUED)).containsExactly("web-1 QUEUED", "web-3 QUEUED");
        assertThat(targets(job, TargetState.FAILED)).isEmpty();

        bus.advance(Duration.ofMinutes(1));
        assertThat(targets(job, TargetState.EXPIRED)).containsExactly("web-1 EXPIRED", "web-3 EXPIRED");
        assertFails(ErrorCode.JOB_NOT_FOUND, () -> targets(JobId.of(1, 1, 1)));
    }

    private List<String> targets(JobId job, TargetState... states) {
        return Await.values(bus.history
                        .targets(new TargetQuery(job, Set.of(states)))
                        .flatMapIterable(TargetPage::targets))
                .stream()
                .map(target -> target.minion() + " " + target.state())
                .toList();
    }

    private static JobRecord record(JobId id, int order) {
        JobRecord sample = StoreSamples.job(1);
        return new JobRecord(
                id,
                id.toString(),
                order,
                sample.selection(),
                sample.command(),
                "tester",
                0,
                1,
                2,
                List.of(WEB1),
                null,
                0,
                null,
                null,
                Remark.NONE);
    }

    private static JobRecord record(JobId id) {
        return record(id, 1);
    }

    private JobId shown(String text) {
        return Await.value(bus.history.show(new JobRef(text))).job();
    }

    private static ResultQuery all(JobId job) {
        return new ResultQuery(job, 0, true, false, List.of());
    }

    /** As Reactor's own: below milliseconds its time is monotonic, from there on it is the wall clock. */
    private static final class WallClocked implements Scheduler {
        private final Scheduler timers;
        private Duration ahead = Duration.ZERO;

        WallClocked(Scheduler timers) {
            this.timers = timers;
        }

        @Override
        public long now(TimeUnit unit) {
            boolean wall = unit.compareTo(TimeUnit.MILLISECONDS) >= 0;
            return timers.now(unit) + (wall ? unit.convert(ahead) : 0);
        }

        @Override
        public Disposable schedule(Runnable task) {
            return timers.schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return timers.schedule(task, delay, unit);
        }

        @Override
        public Worker createWorker() {
            return timers.createWorker();
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
