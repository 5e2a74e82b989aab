package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.StoreSamples;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultPage.Hint;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.TargetState;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class HistoryTest {
    private static final MinionId WEB1 = new MinionId("web-1");

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
                .assertNext(page ->
                        assertThat(page.fates()).extracting(Fate::minion).containsExactly(WEB1))
                .assertNext(page -> assertThat(page.complete()).isTrue())
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
        String[] many = IntStream.range(0, 90).mapToObj(i -> "db-" + i).toArray(String[]::new);
        bus.enrol(many);
        JobId job = bus.job("db-*");
        bus.cancel(job);
        reads.pages = 0;

        StepVerifier.create(bus.history.results(all(job)), 0)
                .expectSubscription()
                .then(() -> assertThat(reads.pages).isZero())
                .thenRequest(1)
                .assertNext(page -> assertThat(page.fates()).hasSize(90))
                .then(() -> assertThat(reads.pages).isEqualTo(1))
                .thenRequest(1)
                .assertNext(page -> assertThat(page.complete()).isTrue())
                .verifyComplete();
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
                .then(() -> agent.say(new Report.Started(job)))
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

        List<JobInfo> jobs = Await.values(bus.history.list(new JobQuery(9)).flatMapIterable(JobPage::jobs));

        assertThat(jobs).extracting(JobInfo::job).containsExactly(newer, older);
        assertThat(jobs).extracting(JobInfo::status).containsExactly(JobStatus.RUNNING, JobStatus.SUCCEEDED);
        assertThat(jobs).allSatisfy(job -> assertThat(job.counts().total()).isEqualTo(1));
    }

    private static JobRecord record(JobId id) {
        JobRecord sample = StoreSamples.job(1);
        return new JobRecord(
                id, id.toString(), 1, sample.selection(), sample.command(), "tester", 0, 1, 2, List.of(WEB1), false, 0);
    }

    private JobId shown(String text) {
        return Await.value(bus.history.show(new JobRef(text))).job();
    }

    private static ResultQuery all(JobId job) {
        return new ResultQuery(job, 0, true, false, List.of());
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
