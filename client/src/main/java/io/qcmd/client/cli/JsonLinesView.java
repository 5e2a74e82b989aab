package io.qcmd.client.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One event per line, each with its {@code type}: job, state, output, exit, summary. */
final class JsonLinesView implements JobView {
    private final Console console;
    /** Of targets that have not ended: the bus tells a state again with each page. */
    private final Map<String, TargetState> told = new HashMap<>();

    JsonLinesView(Console console) {
        this.console = console;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Started started) {
            line("job", out -> Shapes.accepted(started.accepted(), out));
        } else if (event instanceof JobEvent.Advanced advanced) {
            if (told.put(advanced.minion(), advanced.state()) != advanced.state()) {
                line("state", out -> {
                    out.writeStringField("minion", advanced.minion());
                    out.writeStringField("state", advanced.state().name());
                });
            }
        } else if (event instanceof JobEvent.Printed printed) {
            line("output", out -> output(printed.chunk(), out));
        } else if (event instanceof JobEvent.Ended end) {
            told.remove(end.result().minion());
            line("exit", out -> {
                Shapes.result(end.result(), out);
                out.writeBooleanField("late", end.late());
            });
        } else {
            console.flush();
        }
    }

    @Override
    public void end(JobOutcome outcome) {
        line("summary", out -> Shapes.outcome(outcome, out));
        console.flush();
    }

    private static void output(OutputChunk chunk, JsonGenerator out) throws IOException {
        out.writeStringField("minion", chunk.minion());
        out.writeStringField("stream", chunk.stream().name().toLowerCase(Locale.ROOT));
        out.writeNumberField("offset", chunk.offset());
        Json.text("text", chunk.bytes().toArray(), out);
    }

    private void line(String type, Json.Fields fields) {
        console.json(out -> {
            out.writeStringField("type", type);
            fields.write(out);
        });
    }
}
