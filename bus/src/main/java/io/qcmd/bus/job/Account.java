package io.qcmd.bus.job;

import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Steps;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import io.qcmd.protocol.Trace.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way of one target in words: each step with the rule that decided it. */
final class Account {
    private final JobRecord job;
    private final Steps known;
    private final Optional<MinionInfo> minion;
    private final List<Trace.Step> steps = new ArrayList<>();

    /** @param minion how its minion is right now; empty: it is not enrolled any more */
    Account(JobRecord job, Steps known, Optional<MinionInfo> minion) {
        this.job = job;
        this.known = known;
        this.minion = minion;
    }

    void begin() {
        step(Kind.RELEASED, job.acceptedAt(), "accepted from " + job.submittedBy() + "; no rollout held it");
        step(
                Kind.QUEUED,
                job.acceptedAt(),
                "its TTL is " + time(job.expiresAt() - job.acceptedAt()) + ", until " + at(job.expiresAt()));
        if (known.since() > 0) {
            step(
                    Kind.RECOVERED,
                    known.since(),
                    "the bus started again; whether and when it was offered and got GO before is not known");
        }
    }

    /** @param state where it stands, or its fate */
    void go(TargetState state) {
        if (known.offers() > 0) {
            String again = known.offers() == 1 ? "" : ", for the " + known.offers() + ". time: links broke in between";
            step(Kind.OFFERED, known.offeredAt(), "sent to its agent" + again);
        }
        if (known.goAt() > 0) {
            step(Kind.READY, known.goAt(), "its agent found signature, policy, disk and version in order");
            step(Kind.GO, known.goAt(), "in the turn of READY, as it was still wanted" + takenBack(state));
        }
        if (known.startedAt() > 0) {
            step(Kind.STARTED, known.startedAt(), "told by its agent");
        }
    }

    private static String takenBack(TargetState state) {
        boolean neverStarted =
                state == TargetState.QUEUED || state == TargetState.EXPIRED || state == TargetState.CANCELLED;
        return neverStarted ? "; its agent proved later that it never started it" : "";
    }

    void end(Fate fate) {
        Return result = fate.result();
        if (known.startedAt() == 0 && fate.executed() == Executed.YES) {
            step(Kind.STARTED, null, "told with its end");
        }
        step(Kind.ENDED, fate.endedAt(), fate.state() + ": " + rule(fate, result));
        step(Kind.SETTLED, null, settled(fate));
    }

    void revise(Fate fate) {
        step(
                Kind.REVISED,
                fate.endedAt(),
                fate.state() + ": " + rule(fate, fate.result()) + "; told late by its agent");
        step(Kind.SETTLED, null, settled(fate));
    }

    /** What it waits for. */
    void now(TargetState state, boolean cancelWanted, long now) {
        String text = switch (state) {
            case QUEUED -> queued();
            case OFFERED -> "waits for READY of its agent";
            case ACCEPTED, RUNNING ->
                "no end was told yet; without one it is LOST at " + at(job.completesBy()) + whenDown(now);
            default -> "a rollout holds it";
        };
        step(Kind.NOW, now, state + ": " + text + (cancelWanted ? "; a cancel is wanted" : ""));
    }

    Trace trace(MinionId id, TargetState state) {
        return new Trace(job.job(), id, state, steps);
    }

    private String queued() {
        if (minion.isEmpty()) {
            return "its minion is not enrolled any more";
        }
        MinionInfo its = minion.get();
        if (its.uncontrollable() != null) {
            return "its minion is uncontrollable since " + at(its.since()) + ": "
                    + its.uncontrollable().text();
        }
        if (its.presence() == MinionInfo.Presence.DOWN) {
            return "its minion is down since " + at(its.since());
        }
        return its.channel().slot() == null
                ? "its agent asks for no message yet; " + count(its.channel().queued()) + " in its Channel"
                : "job " + its.channel().slot() + " is offered, and comes first; "
                        + count(its.channel().queued()) + " in its Channel";
    }

    private String rule(Fate fate, @Nullable Return result) {
        String why = fate.reason() == null ? "" : "; " + fate.reason();
        return switch (fate.state()) {
            case SUCCEEDED, FAILED -> "exit " + (result == null ? "?" : result.exitCode()) + took(result) + why;
            case TIMED_OUT -> "its timeout of " + time(job.command().timeoutMillis()) + " was over" + why;
            case TERMINATED -> "a cancel came while it ran" + took(result) + why;
            case INTERRUPTED -> "its agent or host died after it may have started" + why;
            case EXPIRED ->
                "its TTL of " + time(job.expiresAt() - job.acceptedAt()) + " ended at " + at(job.expiresAt()) + why
                        + whenDown(fate.endedAt());
            case DROPPED -> "drop-oldest" + why;
            case REJECTED -> (known.goAt() > 0 ? "it could not be started" : "its agent refused it") + why;
            case CANCELLED -> "a cancel came before it started" + why;
            case LOST -> "its time for an end was over at " + at(job.completesBy()) + why + whenDown(fate.endedAt());
            default -> "a rollout stopped before it" + why;
        };
    }

    /** Said only where it holds for that time: a session that came later says nothing of it. */
    private String whenDown(long then) {
        return minion.map(Account::downSince)
                .filter(since -> since <= then)
                .map(since -> "; down since " + at(since))
                .orElse("");
    }

    private static @Nullable Long downSince(MinionInfo minion) {
        if (minion.presence() == MinionInfo.Presence.DOWN) {
            return minion.since();
        }
        boolean gone = minion.uncontrollable() != null
                && minion.uncontrollable().reason() == MinionInfo.Uncontrollable.Reason.GONE;
        return gone ? Long.valueOf(Math.max(minion.lastSeen(), minion.enrolledAt())) : null;
    }

    private static String settled(Fate fate) {
        return "row " + count(fate.seq()) + " of the ledger, executed "
                + fate.executed().name().toLowerCase(Locale.ROOT);
    }

    private static String took(@Nullable Return result) {
        return result == null || result.durationMillis() == 0 ? "" : " after " + time(result.durationMillis());
    }

    private void step(Kind kind, @Nullable Long at, String text) {
        steps.add(new Trace.Step(kind, at, text));
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** 30 s, 12 ms. */
    private static String time(long millis) {
        return millis % 1_000 == 0 ? count(millis / 1_000) + " s" : count(millis) + " ms";
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
