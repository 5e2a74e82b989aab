package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Output;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One document when all is over: {@code {"job":…,"counts":…,"exit":…,"minions":[…]}}. Keeps all output until then, which the bus bounds per target. */
final class JsonView implements JobView {
    private final Console console;
    private final Map<String, Written> written = new HashMap<>();
    private final Map<String, TargetResult> results = new LinkedHashMap<>();
    private JobEvent.@Nullable Started started;

    private record Written(ByteArrayOutputStream stdout, ByteArrayOutputStream stderr) {
        Written() {
            this(new ByteArrayOutputStream(), new ByteArrayOutputStream());
        }
    }

    JsonView(Console console) {
        this.console = console;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Started first) {
            started = first;
        } else if (event instanceof JobEvent.Printed printed) {
            OutputChunk chunk = printed.chunk();
            Written all = written.computeIfAbsent(chunk.minion(), any -> new Written());
            (chunk.stream() == Output.Stream.STDOUT ? all.stdout : all.stderr)
                    .writeBytes(chunk.bytes().toArray());
        } else if (event instanceof JobEvent.Ended end) {
            results.put(end.result().minion(), end.result());
        }
    }

    @Override
    public void end(JobOutcome outcome) {
        console.json(out -> {
            JobEvent.Started first = started;
            if (first == null) {
                out.writeStringField("job", outcome.job());
            } else {
                Shapes.accepted(first.accepted(), out);
            }
            Shapes.summary(outcome, out);
            out.writeArrayFieldStart("minions");
            for (TargetResult result : results.values()) {
                Written all = written.getOrDefault(result.minion(), new Written());
                out.writeStartObject();
                Shapes.result(result, out);
                Json.text("stdout", all.stdout.toByteArray(), out);
                Json.text("stderr", all.stderr.toByteArray(), out);
                out.writeEndObject();
            }
            out.writeEndArray();
        });
        console.flush();
    }
}
