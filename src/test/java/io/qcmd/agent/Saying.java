package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** What a command of a simulated agent writes to its stdout, and its exit code. */
public record Saying(int exitCode, Bytes stdout) implements Commands.Spool {
    public static final Saying NOTHING = new Saying(0, Bytes.EMPTY);

    @Override
    public Optional<Output> next(JobId job, Output.Stream stream, long offset, int maxBytes) {
        int to = (int) Math.min(stdout.size(), offset + Math.min(maxBytes, Limits.CHUNK));
        return stream == Output.Stream.STDERR || offset >= to
                ? Optional.empty()
                : Optional.of(new Output(job, stream, offset, stdout.slice((int) offset, to)));
    }

    @Override
    public Return.Captured captured(Output.Stream stream) {
        return stream == Output.Stream.STDERR || stdout.isEmpty()
                ? Return.Captured.NONE
                : new Return.Captured(stdout.size(), stdout.size(), hash());
    }

    /** How such a command ends. */
    Return end(JobId job) {
        TargetState state = exitCode == 0 ? TargetState.SUCCEEDED : TargetState.FAILED;
        return new Return(job, state, exitCode, 0, captured(Output.Stream.STDOUT), Return.Captured.NONE, 0, null);
    }

    private Bytes hash() {
        try {
            return Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(stdout.toArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
