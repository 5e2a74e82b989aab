package io.qcmd.bus.job;

import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers questions about jobs, live and ended. Results are a cursor over the ledger: what is live only wakes the reader, which reads the next page; one path for
 * history and live, hence no gap and no duplicate, and nothing is kept per reader. Thread-safe.
 */
public final class History {
    /** Counts of so many jobs are read at a time. */
    private static final int LOOK_UPS = 4;

    private final Ledger ledger;
    private final Accounting accounting;

    public History(Ledger ledger, Accounting accounting) {
        this.ledger = ledger;
        this.accounting = accounting;
    }

    /** One job; JOB_NOT_FOUND, JOB_AMBIGUOUS. */
    public Mono<JobInfo> show(JobRef ref) {
        return find(ref)
                .switchIfEmpty(Mono.error(() -> new QcmdException(
                        ErrorCode.JOB_NOT_FOUND, "job '" + ref.text() + "': the bus does not know it")))
                .flatMap(this::info);
    }

    /** The newest jobs, in pages of at most 256. */
    public Flux<JobPage> list(JobQuery query) {
        return ledger.newest(query.limit())
                .flatMapSequential(this::info, LOOK_UPS)
                .buffer(Limits.PAGE_ROWS)
                .map(JobPage::new);
    }

    /** Pages of a job until every target has its fate and all was sent; demand is honoured, a page is read when it is asked for. */
    public Flux<ResultPage> results(ResultQuery query) {
        return ledger.job(query.job())
                .switchIfEmpty(Mono.error(() -> new QcmdException(
                        ErrorCode.JOB_NOT_FOUND, "job " + query.job() + ": the bus does not know it")))
                .flatMapMany(job -> {
                    Cursor cursor = new Cursor(query, job.minions().size());
                    // No prefetch, and no shortcut for a single value: a page is read when it is asked for.
                    return Flux.just(cursor).hide().concatMap(Cursor::next, 0).repeat(cursor::goesOn);
                });
    }

    private Mono<JobRecord> find(JobRef ref) {
        int back = ref.back();
        if (back > 0) {
            return ledger.newest(back).skip(back - 1L).next();
        }
        String text = ref.text().toUpperCase(Locale.ROOT);
        if (text.length() == JobId.LENGTH) {
            return ledger.job(JobId.parse(text));
        }
        return ledger.bySuffix(text).collectList().flatMap(found -> {
            if (found.size() > 1) {
                return Mono.error(new QcmdException(
                        ErrorCode.JOB_AMBIGUOUS, "job '" + ref.text() + "': more than one id ends so"));
            }
            return Mono.justOrEmpty(found.stream().findFirst());
        });
    }

    private Mono<JobInfo> info(JobRecord job) {
        return counts(job.job())
                .map(counts -> new JobInfo(
                        job.job(),
                        job.selection(),
                        job.command(),
                        job.submittedBy(),
                        job.acceptedAt(),
                        job.expiresAt(),
                        job.completesBy(),
                        job.cancelled(),
                        job.endedAt(),
                        JobStatus.of(counts, job.cancelled()),
                        counts));
    }

    private Mono<Counts> counts(JobId job) {
        return Mono.defer(
                () -> accounting.live(job).map(live -> Mono.just(live.counts())).orElseGet(() -> ledger.fates(job)));
    }

    /** One reader's place in one job. Used by one subscriber, one page after the other. */
    private final class Cursor {
        private final ResultQuery query;
        private final int targets;
        private long after;
        private long seenNews = -1;
        private boolean complete;

        Cursor(ResultQuery query, int targets) {
            this.query = query;
            this.targets = targets;
            this.after = query.after();
        }

        boolean goesOn() {
            return !complete;
        }

        /**
         * The next page; empty: there was none, and now there may be. The version is read before the page, so that no news falls between; and whether the job
         * lives is looked at again after it, as its end is the last news.
         */
        Mono<ResultPage> next() {
            Optional<LiveJob> live = accounting.live(query.job());
            long version = live.map(job -> job.news().version()).orElse(0L);
            if (live.isEmpty() || accounting.live(query.job()).isEmpty()) {
                return page(null);
            }
            News news = live.get().news();
            return page(live.get()).flatMap(page -> {
                if (!page.fates().isEmpty() || !page.output().isEmpty() || hasHints(version)) {
                    seenNews = version;
                    return Mono.just(page);
                }
                return news.after(version).then(Mono.empty());
            });
        }

        private boolean hasHints(long version) {
            return query.hints() && version != seenNews;
        }

        private Mono<ResultPage> page(@Nullable LiveJob live) {
            return ledger.page(query.job(), after, query.output(), new HashSet<>(query.minions()))
                    .flatMap(rows -> counts(query.job()).map(counts -> filled(rows, counts, live)));
        }

        private ResultPage filled(ResultPage rows, Counts counts, @Nullable LiveJob live) {
            List<ResultPage.Hint> hints =
                    live == null || !query.hints() ? List.of() : live.hints(query.minions(), Limits.PAGE_ROWS);
            List<Fate> fates = rows.fates();
            complete = live == null && rows.fates().isEmpty() && rows.output().isEmpty() && counts.total() == targets;
            after = rows.cursor();
            return new ResultPage(rows.cursor(), fates, rows.output(), hints, counts, complete);
        }
    }
}
