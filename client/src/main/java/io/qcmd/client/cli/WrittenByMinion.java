package io.qcmd.client.cli;

import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.Output;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** All output of a job in one document, {@code [{"minion":…,"stdout":…,"stderr":…},…]}. Keeps it until then; the bus bounds it per target. */
final class WrittenByMinion {
    private final Map<String, Streams> all = new LinkedHashMap<>();

    private record Streams(ByteArrayOutputStream stdout, ByteArrayOutputStream stderr) {
        Streams() {
            this(new ByteArrayOutputStream(), new ByteArrayOutputStream());
        }
    }

    void add(OutputChunk chunk) {
        Streams streams = all.computeIfAbsent(chunk.minion(), any -> new Streams());
        (chunk.stream() == Output.Stream.STDOUT ? streams.stdout : streams.stderr)
                .writeBytes(chunk.bytes().toArray());
    }

    void print(Console console) {
        String separator = "[";
        for (Map.Entry<String, Streams> written : all.entrySet()) {
            console.print(separator);
            console.json(out -> {
                out.writeStringField("minion", written.getKey());
                Json.text("stdout", written.getValue().stdout.toByteArray(), out);
                Json.text("stderr", written.getValue().stderr.toByteArray(), out);
            });
            separator = ",";
        }
        console.print(all.isEmpty() ? "[]" : "]");
        console.flush();
    }
}
