package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Output that was small enough to be journaled with its result. Immutable. */
record JournaledOutput(List<Output> pieces) implements Commands.Pieces {
    JournaledOutput {
        pieces = List.copyOf(pieces);
    }

    /** All of a job's output, read from its spool. */
    static List<Output> copyOf(Commands.Pieces spool, JobId job) throws IOException {
        List<Output> pieces = new ArrayList<>();
        for (Output.Stream stream : Output.Stream.values()) {
            Optional<Output> next = spool.next(job, stream, 0, Journal.INLINE);
            while (next.isPresent()) {
                pieces.add(next.get());
                next = spool.next(job, stream, next.get().end(), Journal.INLINE);
            }
        }
        return pieces;
    }

    @Override
    public Optional<Output> next(JobId job, Output.Stream stream, long offset, int maxBytes) {
        return pieces.stream()
                .filter(piece -> piece.stream() == stream && piece.end() > offset)
                .findFirst()
                .map(piece -> cut(piece, offset, maxBytes));
    }

    private static Output cut(Output piece, long offset, int maxBytes) {
        int from = (int) Math.max(0, offset - piece.offset());
        int to = (int) Math.min(piece.bytes().size(), (long) from + maxBytes);
        Bytes bytes = piece.bytes().slice(from, to);
        return new Output(piece.job(), piece.stream(), piece.offset() + from, bytes);
    }
}
