package io.qcmd.client.cli;

import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cuts what minions write into escaped lines. Keeps the unfinished line of each live stream, at most 64 KiB: a longer one is cut there. */
final class Lines {
    private static final int LONGEST = 64 * 1024;

    /** One line without its end, fit for a terminal. */
    record Line(String minion, Output.Stream stream, String text) {}

    private record Key(String minion, Output.Stream stream) {
        // Those that a record has are made at run time: 20 ms of a start.
        @Override
        public int hashCode() {
            return 31 * minion.hashCode() + stream.ordinal();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && minion.equals(key.minion) && stream == key.stream;
        }
    }

    private final Map<Key, ByteArrayOutputStream> unfinished = new HashMap<>();

    /** The lines that this piece completes. */
    List<Line> add(OutputChunk chunk) {
        Key key = new Key(chunk.minion(), chunk.stream());
        List<Line> lines = new ArrayList<>();
        if (chunk.skipped() > 0) {
            finish(key, lines);
            lines.add(new Line(key.minion, key.stream, "… " + Texts.count(chunk.skipped()) + " bytes left out …"));
        }
        ByteArrayOutputStream line = unfinished.computeIfAbsent(key, any -> new ByteArrayOutputStream());
        for (byte b : chunk.bytes().toArray()) {
            if (b != '\n') {
                line.write(b);
            }
            if (b == '\n' || line.size() == LONGEST) {
                lines.add(cut(key, line));
            }
        }
        return lines;
    }

    /** The last lines of a minion, which have no end. */
    List<Line> end(String minion) {
        List<Line> lines = new ArrayList<>();
        for (Output.Stream stream : Output.Stream.values()) {
            finish(new Key(minion, stream), lines);
        }
        return lines;
    }

    /** All that has no end. */
    List<Line> end() {
        return List.copyOf(unfinished.keySet()).stream()
                .flatMap(key -> end(key.minion).stream())
                .toList();
    }

    private void finish(Key key, List<Line> lines) {
        ByteArrayOutputStream line = unfinished.remove(key);
        if (line != null && line.size() > 0) {
            lines.add(cut(key, line));
        }
    }

    private static Line cut(Key key, ByteArrayOutputStream line) {
        String text = Escape.text(line.toByteArray());
        line.reset();
        return new Line(key.minion, key.stream, text);
    }
}
