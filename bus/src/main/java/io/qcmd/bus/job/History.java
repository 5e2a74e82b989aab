package io.qcmd.bus.job;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.PageBuilder;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetPage;
import io.qcmd.protocol.TargetQuery;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Answers questions about jobs, live and ended. Results are a cursor over the ledger: what is live only wakes the reader, which reads the next page; one path for
 * history and live, hence no gap and no duplicate, and nothing is kept per reader. Thread-safe.
 */
public final class History {
    /** Counts of so many jobs are read at a time. */
    private static final int LOOK_UPS = 4;
    /** Jobs that are read at a time for a list. */
    private static final int HEADS = 32;

    /**
     * Between two reads of a cursor that has caught up. A job ends some thousand targets a second: in this time a page gets full, while a page per commit would cost
     * the store a read per commit and viewer. Twenty looks a second are a steady picture for people.
     */
    private static final Duration PAUSE = Duration.ofMillis(50);

    /**
     * The same under pressure, and between two full pages as well, for who asked for output: it stays in the ledger and comes later. Fates have their place between
     * output, and wait with it; states and counts come from memory and do not.
     */
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

    private static final ResultPage NO_ROWS = new PageBuilder(0).page();

    private final Ledger ledger;
    private final Accounting accounting;
    private final Scheduler timers;
    private final BooleanSupplier underPressure;

    /** @param underPressure whether live output has to wait; asked once per page, by any thread */
    public History(Ledger ledger, Accounting accounting, Scheduler timers, BooleanSupplier underPressure) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.timers = timers;
        this.underPressure = underPressure;
    }

    /** One job; JOB_NOT_FOUND, JOB_AMBIGUOUS. */
    public Mono<JobInfo> show(JobRef ref) {
        return find(ref)
                .switchIfEmpty(Mono.error(() -> unknown("'" + ref.text() + "'")))
                .flatMap(this::info);
    }

    /**
     * The newest jobs, in pages of at most 256.
     *
     * @param actor whose jobs "mine" are. Over TCP nobody proves who he is: each connection is another one
     */
    public Flux<JobPage> list(Principal actor, JobQuery query) {
        return heads().take(JobQuery.MOST)
                .takeWhile(job ->
                        query.withinMillis() == null || job.acceptedAt() >= accounting.now() - query.withinMillis())
                .filter(job -> !query.mine() || job.submittedBy().equals(actor.name()))
                .filter(job -> job.remark()
                        .notes()
                        .entrySet()
                        .containsAll(query.notes().entrySet()))
                .flatMapSequential(this::info, LOOK_UPS, LOOK_UPS)
                .filter(job -> query.states().isEmpty() || query.states().contains(job.status()))
                .take(query.limit())
                .transform(JobPages::of);
    }

    /** All jobs, the newest first, a few at a time: a command may hold a script. */
    private Flux<JobHead> heads() {
        return ledger.newest(HEADS)
                .collectList()
                .expand(page -> page.size() < HEADS
                        ? Mono.empty()
                        : ledger.newest(page.get(HEADS - 1).order(), HEADS).collectList())
                .flatMapIterable(page -> page, 1);
    }

    /**
     * How the targets of a job stand, each once, in pages of at most 256: first those that have ended, in the order of their ends. Whoever ends while it is read
     * is told with the state before, or with its end. JOB_NOT_FOUND.
     */
    public Flux<TargetPage> targets(TargetQuery query) {
        return Flux.defer(() -> {
            Set<TargetState> states = query.states().isEmpty() ? EnumSet.allOf(TargetState.class) : query.states();
            // First memory, then disk: what leaves the one meanwhile is found on the other.
            Optional<LiveJob> live = accounting.live(query.job());
            Map<MinionId, TargetState> open = live.map(LiveJob::undecided).orElseGet(HashMap::new);
            Mono<?> readable = live.<Mono<?>>map(LiveJob::commits).orElseGet(() -> fates(query.job()));
            return readable.thenMany(ledger.ends(query.job(), states).flatMapIterable(page -> page, 1))
                    .doOnNext(fate -> open.remove(fate.minion()))
                    .map(TargetInfo::of)
                    .concatWith(Flux.defer(() -> waiting(open, states)))
                    .buffer(Limits.PAGE_ROWS)
                    .map(TargetPage::new);
        });
    }

    private static Flux<TargetInfo> waiting(Map<MinionId, TargetState> open, Set<TargetState> states) {
        return Flux.fromStream(() -> open.entrySet().stream()
                .filter(target -> states.contains(target.getValue()))
                .sorted(Map.Entry.comparingByKey())
                .map(target -> new TargetInfo(target.getKey(), target.getValue(), 0, null, null)));
    }

    /**
     * Pages of a job until every target has its fate and all was sent; demand is honoured, a page is read when it is asked for. The first news and the end are told
     * at once, what comes between at most every 50 ms; live output under pressure every second. JOB_NOT_FOUND.
     */
    public Flux<ResultPage> results(ResultQuery query) {
        return Flux.defer(() -> {
            Cursor cursor = new Cursor(query);
            // No prefetch, and no shortcut for a single value: a page is read when it is asked for.
            return Flux.just(cursor).hide().concatMap(Cursor::next, 0).repeat(cursor::goesOn);
        });
    }

    private static QcmdException unknown(String job) {
        return new QcmdException(ErrorCode.JOB_NOT_FOUND, "job " + job + ": the bus does not know it");
    }

    private Mono<JobHead> find(JobRef ref) {
        int back = ref.back();
        if (back > 0) {
            return ledger.newest(back).skip(back - 1L).next();
        }
        String text = ref.text().toUpperCase(Locale.ROOT);
        if (text.length() == JobId.LENGTH) {
            return ledger.job(JobId.parse(text)).map(JobRecord::head);
        }
        return ledger.bySuffix(text).collectList().flatMap(found -> {
            if (found.size() > 1) {
                return Mono.error(new QcmdException(
                        ErrorCode.JOB_AMBIGUOUS, "job '" + ref.text() + "': more than one id ends so"));
            }
            return Mono.justOrEmpty(found.stream().findFirst());
        });
    }

    private Mono<JobInfo> info(JobHead job) {
        return counts(job.job())
                .map(counts -> new JobInfo(
                        job.job(),
                        job.selection(),
                        job.command(),
                        job.submittedBy(),
                        job.acceptedAt(),
                        job.expiresAt(),
                        job.completesBy(),
                        job.cancel(),
                        job.endedAt(),
                        JobStatus.of(counts, job.cancel() != null),
                        counts,
                        job.parent(),
                        job.remark()));
    }

    /** Of a job that has ended; unknown: JOB_NOT_FOUND. */
    private Mono<Counts> fates(JobId job) {
        return ledger.fates(job)
                .filter(counts -> counts.total() > 0)
                .switchIfEmpty(Mono.error(() -> unknown(job.toString())));
    }

    private Mono<Counts> counts(JobId job) {
        return Mono.defer(
                () -> accounting.live(job).map(live -> Mono.just(live.counts())).orElseGet(() -> ledger.fates(job)));
    }

    /** Milliseconds of the monotonic clock: asked for milliseconds, a scheduler gives those of the wall clock. */
    private long now() {
        return TimeUnit.NANOSECONDS.toMillis(timers.now(TimeUnit.NANOSECONDS));
    }

    /** One reader's place in one job, and all that is kept of the reader. Used by one subscriber, one page after the other. */
    private final class Cursor {
        private final ResultQuery query;
        private final Set<MinionId> only;
        private long after;
        /** How far the news of the job were read. Of a new job there is nothing to read at first. */
        private long rowsSeen;

        private long movesSeen = -1;
        /** The last page was full, so that there may be more. */
        private boolean behind;
        /** Not before these times, on the clock of the timers. */
        private long nextRows = now();

        private long nextHints = nextRows;
        private @Nullable LiveJob lived;
        private @Nullable Counts ends;
        private boolean complete;

        Cursor(ResultQuery query) {
            this.query = query;
            this.only = Set.copyOf(query.minions());
            this.after = query.after();
        }

        boolean goesOn() {
            return !complete;
        }

        /** The next page; empty: there was none, and now there may be. */
        Mono<ResultPage> next() {
            return accounting.live(query.job()).map(this::live).orElseGet(this::ended);
        }

        /** Versions are read before the page, so that no news falls between. The last news come after the job is no longer found to be live. */
        private Mono<ResultPage> live(LiveJob job) {
            lived = job;
            if (!query.follow()) {
                return soFar(job);
            }
            long rows = job.rows().version();
            long moves = job.moves().version();
            boolean unread = behind || rows != rowsSeen;
            boolean moved = query.hints() && moves != movesSeen;
            if (!unread && !moved) {
                News news = query.hints() ? job.moves() : job.rows();
                return news.after(query.hints() ? moves : rows).then(Mono.empty());
            }
            long now = now();
            boolean read = unread && nextRows <= now;
            if (!read && (!moved || nextHints > now)) {
                long due = Math.min(unread ? nextRows : Long.MAX_VALUE, moved ? nextHints : Long.MAX_VALUE);
                return Mono.firstWithSignal(
                                Mono.delay(Duration.ofMillis(due - now), timers),
                                unread ? job.end().after(0) : job.rows().after(rows),
                                query.hints() && !moved ? job.moves().after(moves) : Mono.never())
                        .then(Mono.empty());
            }
            movesSeen = moves;
            if (read) {
                rowsSeen = rows;
            }
            return (read ? rows() : Mono.just(NO_ROWS)).mapNotNull(page -> filled(page, job, moved));
        }

        /** What is on disk by now, to its end. */
        private Mono<ResultPage> soFar(LiveJob job) {
            return rows().map(rows -> {
                complete = !behind;
                return new ResultPage(after, rows.fates(), rows.output(), hints(job), job.counts(), complete);
            });
        }

        private List<ResultPage.Hint> hints(LiveJob job) {
            return query.hints() ? job.hints(only, Limits.PAGE_ROWS) : List.of();
        }

        private @Nullable ResultPage filled(ResultPage rows, LiveJob job, boolean moved) {
            nextHints = now() + PAUSE.toMillis();
            if (rows.fates().isEmpty() && rows.output().isEmpty() && !moved) {
                return null;
            }
            return new ResultPage(after, rows.fates(), rows.output(), hints(job), job.counts(), false);
        }

        /** Every fate is on disk: the rest of the rows. */
        private Mono<ResultPage> ended() {
            return ends().flatMap(counts -> rows().flatMap(this::stillThere).map(rows -> {
                complete = !behind;
                return new ResultPage(after, rows.fates(), rows.output(), List.of(), counts, complete);
            }));
        }

        /** Of a job that was purged meanwhile there are no rows either, and that is not its end. */
        private Mono<ResultPage> stillThere(ResultPage rows) {
            return rows.fates().isEmpty() && rows.output().isEmpty()
                    ? fates(query.job()).thenReturn(rows)
                    : Mono.just(rows);
        }

        private Mono<Counts> ends() {
            if (ends == null && lived != null && lived.isSettled()) {
                ends = lived.counts();
            }
            return ends != null ? Mono.just(ends) : fates(query.job()).doOnNext(counts -> ends = counts);
        }

        private Mono<ResultPage> rows() {
            return ledger.page(query.job(), after, query.output(), only).doOnNext(page -> {
                after = page.cursor();
                behind = !page.complete();
                nextRows = now() + pause().toMillis();
            });
        }

        private Duration pause() {
            if (query.output() && underPressure.getAsBoolean()) {
                return LONG_PAUSE;
            }
            return behind ? Duration.ZERO : PAUSE;
        }
    }
}
