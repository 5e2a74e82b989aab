package io.qcmd.bus.job;

import io.qcmd.bus.callback.Endpoints;
import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Resolution;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.topic.Envelope;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Millis;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.fault.FailPoint;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Accepts jobs: resolves the target, writes job and targets durably, then answers and publishes. What follows is the business of the Channels and of
 * {@link Accounting}. Thread-safe.
 */
public final class Jobs {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);
    /** What RSocket and the route add to a message in a frame. */
    private static final int FRAME_OVERHEAD = 64;

    private final JobSettings settings;
    private final Admission admission;
    private final Ledger ledger;
    private final Fleet fleet;
    private final Topics topics;
    private final Accounting accounting;
    private final Clock clock;
    private final Random random;
    private final Scheduler core;
    private final Endpoints endpoints;
    private final AtomicLong order = new AtomicLong();
    private final LongAdder busy = new LongAdder();

    /**
     * @param core where accepted jobs are published, one after the other
     * @param random the random part of job ids
     * @param endpoints who may be called back
     */
    public Jobs(
            JobSettings settings,
            Admission admission,
            Ledger ledger,
            Fleet fleet,
            Topics topics,
            Accounting accounting,
            Clock clock,
            Random random,
            Scheduler core,
            Endpoints endpoints) {
        this.settings = settings;
        this.admission = admission;
        this.ledger = ledger;
        this.fleet = fleet;
        this.topics = topics;
        this.accounting = accounting;
        this.clock = clock;
        this.random = random;
        this.core = core;
        this.endpoints = endpoints;
    }

    /** Numbers go on after this one; said once, before the first job is accepted. */
    void continueAfter(long lastOrder) {
        order.set(lastOrder);
    }

    /**
     * Completes when job, targets and audit row are on disk, and the targets are released. The same requestId gives the same job.
     *
     * @param actor who asks, as the door found out
     */
    public Mono<Accepted> accept(Principal actor, Submit submit) {
        return once(submit.requestId(), record(actor, draft(submit)));
    }

    private Draft draft(Submit submit) {
        return new Draft(
                submit.requestId(),
                submit.selection(),
                submit.command(),
                submit.expireMillis(),
                submit.callback(),
                null,
                submit.remark(),
                () -> fleet.resolve(submit.selection()));
    }

    /** The job that this request led to before, where it cannot lead to one now. */
    Mono<Accepted> once(String requestId, Mono<Accepted> acceptance) {
        return acceptance
                .onErrorResume(
                        QcmdException.class, refused -> earlier(requestId).switchIfEmpty(Mono.error(refused)))
                .doOnError(QcmdException.class, this::count);
    }

    private void count(QcmdException refused) {
        if (refused.code() == ErrorCode.BUSY) {
            busy.increment();
        }
    }

    /** Submits that were told BUSY since the start. */
    public long refused() {
        return busy.sum();
    }

    /** As {@link #accept}, whatever the job is made from. */
    Mono<Accepted> record(Principal actor, Draft draft) {
        return Mono.defer(() -> recorded(actor, draft));
    }

    /** The job lives before it is on disk, so that it counts for the limits, and no cancel and no reader finds it on disk only. */
    private Mono<Accepted> recorded(Principal actor, Draft draft) {
        admission.check(actor);
        accounting.checkRoom(settings);
        Resolution resolution = draft.minions().get();
        JobRecord job = job(actor, draft, resolution);
        LiveJob live = new LiveJob(job, envelope(job), new Counts(Map.of()));
        job.minions().forEach(minion -> live.add(minion, TargetState.QUEUED));
        accounting.admit(live, settings);
        Discarded discarded = Discarded.of(resolution.discarded());
        Mono<Accepted> accepted = ledger.record(job, audit(actor, draft, job))
                .publishOn(core)
                .doOnError(refused -> accounting.drop(live))
                .flatMap(written ->
                        written ? Mono.fromSupplier(() -> release(live, discarded)) : known(live, draft.requestId()))
                .cache();
        // What is on disk is released, also when the caller is gone by then.
        accepted.subscribe(new Commit(() -> {}));
        return accepted;
    }

    private JobRecord job(Principal actor, Draft draft, Resolution resolution) {
        checkSize(resolution.minions().size());
        long timeout = draft.command().timeoutMillis();
        Long expire = draft.expireMillis();
        if (expire != null && expire > settings.longestExpiry().toMillis()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "expire " + Millis.text(expire) + ": at most max_message_expired_time, "
                            + Millis.text(settings.longestExpiry().toMillis()));
        }
        long now = clock.millis();
        long expiry = settings.expiryMillis(timeout, expire);
        return new JobRecord(
                JobId.of(now, random.nextInt(), random.nextLong()),
                draft.requestId(),
                order.incrementAndGet(),
                draft.selection(),
                draft.command(),
                actor.name(),
                now,
                now + expiry,
                now + settings.completionMillis(expiry, timeout),
                resolution.minions(),
                null,
                0,
                endpoints.order(draft.callback()),
                draft.parent(),
                draft.remark());
    }

    private void checkSize(int targets) {
        if (targets > settings.targetsPerJob()) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "job: " + targets + " targets; at most targets_per_job, " + settings.targetsPerJob());
        }
    }

    /** The message of a job, encoded once for all its minions. */
    static Envelope envelope(JobRecord job) {
        Bytes message = Bytes.wrap(CODEC.encode(new Message(job.job(), job.command())));
        if (message.size() > Limits.BUS_FRAME - FRAME_OVERHEAD) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "command: " + message.size() + " bytes encoded; one frame to an agent holds " + Limits.BUS_FRAME);
        }
        return new Envelope(job.job(), message, job.order(), job.expiresAt());
    }

    /** What is in an envelope. */
    public static Message message(Bytes encoded) {
        return CODEC.decode(encoded.toArray(), Message.class);
    }

    private static AuditRecord audit(Principal actor, Draft draft, JobRecord job) {
        return new AuditRecord(
                job.acceptedAt(),
                actor.trace(),
                draft.action(),
                job.job().toString(),
                draft.described(job.minions().size()));
    }

    private Accepted release(LiveJob live, Discarded discarded) {
        JobRecord job = live.job();
        FailPoint.BUS_AFTER_SUBMIT_COMMIT.hit();
        topics.publish(live.envelope(), job.minions());
        return new Accepted(job.job(), job.minions().size(), discarded, job.acceptedAt(), job.completesBy());
    }

    private Mono<Accepted> known(LiveJob draft, String requestId) {
        accounting.drop(draft);
        return earlier(requestId);
    }

    private Mono<Accepted> earlier(String requestId) {
        return ledger.byRequestId(requestId)
                .map(job -> new Accepted(
                        job.job(), job.minions().size(), Discarded.NONE, job.acceptedAt(), job.completesBy()));
    }
}
