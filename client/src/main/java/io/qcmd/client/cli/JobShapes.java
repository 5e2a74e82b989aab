package io.qcmd.client.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.Trace;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the history of jobs looks in JSON: as {@link Shapes}, whose promises are made here too. */
final class JobShapes {
    private JobShapes() {}

    static void parent(@Nullable Parent parent, JsonGenerator out) throws IOException {
        out.writeStringField("parent", parent == null ? null : parent.job().toString());
        out.writeStringField("parentKind", parent == null ? null : lower(parent.kind()));
    }

    static void target(TargetInfo target, JsonGenerator out) throws IOException {
        Return result = target.result();
        out.writeStringField("minion", target.minion().value());
        out.writeStringField("state", target.state().name());
        executed(target.state().isFinal() ? target.state().executed() : null, out);
        number("exitCode", result == null || result.exitCode() == null ? null : Long.valueOf(result.exitCode()), out);
        number("durationMillis", result == null ? null : Long.valueOf(result.durationMillis()), out);
        out.writeStringField("reason", target.reason() == null ? "" : target.reason());
        Shapes.time("endedAt", target.endedAt(), out);
        printed("stdout", result == null ? null : result.stdout(), out);
        printed("stderr", result == null ? null : result.stderr(), out);
    }

    private static void printed(String stream, Return.@Nullable Captured captured, JsonGenerator out)
            throws IOException {
        number(stream + "Bytes", captured == null ? null : Long.valueOf(captured.total()), out);
        out.writeStringField(
                stream + "Sha256",
                captured == null || captured.sha256().isEmpty()
                        ? null
                        : captured.sha256().hex());
    }

    static void trace(Trace trace, JsonGenerator out) throws IOException {
        out.writeStringField("job", trace.job().toString());
        out.writeStringField("minion", trace.minion().value());
        out.writeStringField("state", trace.state().name());
        executed(trace.state().isFinal() ? trace.state().executed() : null, out);
        out.writeArrayFieldStart("steps");
        for (Trace.Step step : trace.steps()) {
            out.writeStartObject();
            out.writeStringField("step", lower(step.kind()));
            Shapes.time("at", step.at() == null ? 0 : step.at(), out);
            out.writeStringField("text", step.text());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void difference(JobDiff.Difference difference, JsonGenerator out) throws IOException {
        out.writeStringField("minion", difference.minion());
        out.writeStringField("kind", lower(difference.kind()));
        out.writeStringField("first", difference.first());
        out.writeStringField("second", difference.second());
    }

    /** null: it goes on. */
    private static void executed(@Nullable Executed executed, JsonGenerator out) throws IOException {
        out.writeStringField("executed", executed == null ? null : lower(executed));
    }

    private static void number(String name, @Nullable Long value, JsonGenerator out) throws IOException {
        out.writeFieldName(name);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeNumber(value);
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
