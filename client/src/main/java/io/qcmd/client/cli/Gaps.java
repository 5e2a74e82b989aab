package io.qcmd.client.cli;

import io.qcmd.client.OutputChunk;
import io.qcmd.client.TargetOutput;
import io.qcmd.protocol.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which bytes of the output of minions nobody has: they wrote more than is kept. Remembers where each stream ends of which something came, until its minion has ended. */
final class Gaps {
    /**
     * @param offset of its first byte in all that was written
     * @param bytes how many
     */
    record Gap(String minion, Output.Stream stream, long offset, long bytes) {
        /** For eyes: {@code web1: 1,640,319 bytes of its stdout were not kept, from byte 786,432 on}. */
        String text() {
            return minion + ": " + Texts.count(bytes) + " bytes of its " + name() + " were not kept, from byte "
                    + Texts.count(offset) + " on";
        }

        /** For programs: {@code stdout 786432 1640319}. */
        String line() {
            return name() + " " + offset + " " + bytes;
        }

        private String name() {
            return stream.name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<String, Long> ends = new HashMap<>();

    /** What is missing right before this piece: one or none. */
    List<Gap> before(OutputChunk chunk) {
        ends.put(key(chunk.minion(), chunk.stream()), chunk.end());
        long from = chunk.offset() - chunk.skipped();
        return chunk.skipped() == 0
                ? List.of()
                : List.of(new Gap(chunk.minion(), chunk.stream(), from, chunk.skipped()));
    }

    /** What is missing after the last piece of a minion that has ended. */
    List<Gap> end(String minion, TargetOutput all) {
        return end(minion, all.stdoutBytes(), all.stderrBytes());
    }

    /** Likewise, of one that wrote so many bytes. */
    List<Gap> end(String minion, long stdout, long stderr) {
        List<Gap> gaps = new ArrayList<>();
        rest(minion, Output.Stream.STDOUT, stdout, gaps);
        rest(minion, Output.Stream.STDERR, stderr, gaps);
        return gaps;
    }

    private void rest(String minion, Output.Stream stream, long all, List<Gap> gaps) {
        Long known = ends.remove(key(minion, stream));
        long end = known == null ? 0 : known;
        if (all > end) {
            gaps.add(new Gap(minion, stream, end, all - end));
        }
    }

    private static String key(String minion, Output.Stream stream) {
        return minion + ' ' + stream;
    }
}
