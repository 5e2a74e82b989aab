package io.qcmd.client.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How the nouns look in JSON. The names are API: they may be added to, never changed; golden tests hold them. Times are ISO 8601, durations milliseconds. */
final class Shapes {
    private Shapes() {}

    static void accepted(Accepted accepted, JsonGenerator out) throws IOException {
        out.writeStringField("job", accepted.job().toString());
        out.writeNumberField("matched", accepted.matched());
        discarded(accepted.discarded().counts(), accepted.discarded().names(), out);
        time("acceptedAt", accepted.acceptedAt(), out);
        time("completesBy", accepted.completesBy(), out);
    }

    static void discarded(Map<Discarded.Reason, Integer> counts, List<Discarded.Name> names, JsonGenerator out)
            throws IOException {
        out.writeObjectFieldStart("discarded");
        for (Map.Entry<Discarded.Reason, Integer> entry : new TreeMap<>(counts).entrySet()) {
            out.writeNumberField(entry.getKey().name(), entry.getValue());
        }
        out.writeEndObject();
        out.writeArrayFieldStart("discardedNames");
        for (Discarded.Name name : names) {
            out.writeStartObject();
            discarded(name, out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void discarded(Discarded.Name name, JsonGenerator out) throws IOException {
        out.writeStringField("name", name.name());
        out.writeStringField("reason", name.reason().name());
    }

    static void group(Group group, JsonGenerator out) throws IOException {
        out.writeStringField("group", group.name());
        out.writeStringField("target", group.target().expression());
        time("changedAt", group.changedAt(), out);
        out.writeStringField("changedBy", group.changedBy());
    }

    static void result(TargetResult result, JsonGenerator out) throws IOException {
        out.writeStringField("minion", result.minion());
        out.writeStringField("state", result.state().name());
        out.writeStringField("executed", lower(result.executed()));
        out.writeFieldName("exitCode");
        if (result instanceof TargetResult.Succeeded) {
            out.writeNumber(0);
        } else if (result instanceof TargetResult.Failed failed) {
            out.writeNumber(failed.exitCode());
        } else {
            out.writeNull();
        }
        out.writeFieldName("durationMillis");
        Duration took = Texts.took(result);
        if (took == null) {
            out.writeNull();
        } else {
            out.writeNumber(took.toMillis());
        }
        out.writeStringField("reason", result.reason());
        out.writeNumberField("stdoutBytes", result.output().stdoutBytes());
        out.writeNumberField("stderrBytes", result.output().stderrBytes());
        out.writeBooleanField("truncated", result.output().truncated());
    }

    static void outcome(JobOutcome outcome, JsonGenerator out) throws IOException {
        out.writeStringField("job", outcome.job());
        summary(outcome, out);
    }

    static void summary(JobOutcome outcome, JsonGenerator out) throws IOException {
        counts(outcome.ends(), out);
        out.writeNumberField("exit", outcome.code());
        out.writeNumberField("tookMillis", outcome.took().toMillis());
    }

    static void job(JobInfo job, JsonGenerator out) throws IOException {
        out.writeStringField("job", job.job().toString());
        out.writeStringField("status", job.status().name());
        out.writeStringField("target", job.selection().target().expression());
        command(job.command(), out);
        out.writeStringField("submittedBy", job.submittedBy());
        time("acceptedAt", job.acceptedAt(), out);
        time("expiresAt", job.expiresAt(), out);
        time("completesBy", job.completesBy(), out);
        time("endedAt", job.endedAt(), out);
        out.writeBooleanField("cancelled", job.cancelled());
        counts(job.counts().byState(), out);
        JobShapes.parent(job.parent(), out);
        out.writeStringField("reason", job.remark().reason());
        pairs("notes", job.remark().notes(), out);
        out.writeStringField(
                "cancelReason", job.cancel() == null ? null : job.cancel().reason());
    }

    private static void command(Command command, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("command");
        out.writeStringField("kind", lower(command.kind()));
        out.writeArrayFieldStart("argv");
        for (String word : command.argv()) {
            out.writeString(word);
        }
        out.writeEndArray();
        out.writeNumberField("timeoutMillis", command.timeoutMillis());
        out.writeEndObject();
    }

    static void copy(TapPage.Copy copy, JsonGenerator out) throws IOException {
        time("at", copy.at(), out);
        out.writeStringField("job", copy.message().job().toString());
        command(copy.message().command(), out);
        time("expiresAt", copy.expiresAt(), out);
    }

    static void minion(MinionInfo minion, JsonGenerator out) throws IOException {
        out.writeStringField("minion", minion.id().value());
        out.writeStringField("state", lower(minion.presence()));
        time("since", minion.since(), out);
        uncontrollable(minion.uncontrollable(), out);
        time("lastSeen", minion.lastSeen(), out);
        time("enrolledAt", minion.enrolledAt(), out);
        out.writeStringField("version", minion.version());
        pairs("labels", minion.effectiveLabels(), out);
        pairs("operatorLabels", minion.given().pairs(), out);
        pairs("agentLabels", minion.labels(), out);
        pairs("facts", minion.facts(), out);
        health(minion.health(), out);
        out.writeNumberField("clones", minion.clones());
        MinionInfo.ChannelInfo channel = minion.channel();
        out.writeObjectFieldStart("channel");
        out.writeNumberField("queued", channel.queued());
        out.writeNumberField("capacity", channel.capacity());
        out.writeFieldName("slot");
        out.writeString(channel.slot() == null ? null : channel.slot().toString());
        out.writeNumberField("dropped", channel.dropped());
        out.writeNumberField("expired", channel.expired());
        out.writeEndObject();
    }

    private static void uncontrollable(MinionInfo.@Nullable Uncontrollable why, JsonGenerator out) throws IOException {
        if (why == null) {
            out.writeNullField("uncontrollable");
            return;
        }
        out.writeObjectFieldStart("uncontrollable");
        out.writeStringField("reason", why.reason().name());
        out.writeStringField("text", why.text());
        time("since", why.since(), out);
        out.writeEndObject();
    }

    private static void health(MinionInfo.@Nullable HealthInfo health, JsonGenerator out) throws IOException {
        if (health == null) {
            out.writeNullField("health");
            return;
        }
        out.writeObjectFieldStart("health");
        time("at", health.at(), out);
        out.writeNumberField("clockOffsetMillis", health.clockOffsetMillis());
        out.writeNumberField("diskFree", health.diskFree());
        out.writeNumberField("diskNeeded", health.diskNeeded());
        out.writeNumberField("slots", health.slots());
        out.writeNumberField("freeSlots", health.freeSlots());
        out.writeNumberField("loadPercent", health.loadPercent());
        out.writeEndObject();
    }

    static void changed(int matched, int changed, JsonGenerator out) throws IOException {
        out.writeNumberField("matched", matched);
        out.writeNumberField("changed", changed);
    }

    static void pong(PingPage.Pong pong, JsonGenerator out) throws IOException {
        out.writeStringField("minion", pong.minion().value());
        out.writeBooleanField("answered", pong.micros() >= 0);
        out.writeFieldName("micros");
        if (pong.micros() < 0) {
            out.writeNull();
        } else {
            out.writeNumber(pong.micros());
        }
    }

    static void answer(CancelPage.Answer answer, JsonGenerator out) throws IOException {
        out.writeStringField("minion", answer.minion().value());
        out.writeStringField("effect", answer.effect().name());
        out.writeStringField("state", answer.state().name());
        time("completesBy", answer.completesBy(), out);
    }

    static void status(BusStatus status, JsonGenerator out) throws IOException {
        out.writeStringField("version", status.version());
        out.writeStringField("deployment", status.deployment());
        time("startedAt", status.startedAt(), out);
        time("now", status.now(), out);
        out.writeStringField("store", status.store());
        out.writeNumberField("minionsKnown", status.minionsKnown());
        out.writeNumberField("minionsUp", status.minionsUp());
        out.writeNumberField("minionsUncontrollable", status.minionsUncontrollable());
        out.writeNumberField("liveJobs", status.liveJobs());
        out.writeNumberField("waiting", status.waiting());
        out.writeNumberField("running", status.running());
        out.writeNumberField("dropped", status.dropped());
        out.writeNumberField("expired", status.expired());
        pressure(status.pressure(), out);
        callbacks(status.callbacks(), out);
    }

    private static void callbacks(BusStatus.Callbacks callbacks, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("callbacks");
        out.writeNumberField("waiting", callbacks.waiting());
        out.writeNumberField("parked", callbacks.parked());
        out.writeStringField("lastError", callbacks.lastError());
        out.writeEndObject();
    }

    private static void pressure(BusStatus.Pressure pressure, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("pressure");
        out.writeNumberField("eventLoopLagMicros", pressure.eventLoopLagMicros());
        out.writeNumberField("storeQueue", pressure.storeQueue());
        out.writeNumberField("storeQueueLimit", pressure.storeQueueLimit());
        out.writeNumberField("outputPool", pressure.outputPool());
        out.writeNumberField("outputPoolLimit", pressure.outputPoolLimit());
        out.writeNumberField("refused", pressure.refused());
        out.writeNumberField("violations", pressure.violations());
        out.writeEndObject();
    }

    private static void counts(Map<TargetState, Integer> counts, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("counts");
        for (Map.Entry<TargetState, Integer> entry : counts.entrySet()) {
            out.writeNumberField(entry.getKey().name(), entry.getValue());
        }
        out.writeEndObject();
    }

    private static void pairs(String name, Map<String, String> pairs, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : new TreeMap<>(pairs).entrySet()) {
            out.writeStringField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
    }

    /** 0 stands for "not yet": null. */
    static void time(String name, long epochMillis, JsonGenerator out) throws IOException {
        out.writeStringField(
                name,
                epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis).toString());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
