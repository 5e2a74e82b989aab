package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files of each minion in a directory: {@code MINION.out} and {@code MINION.err} hold the bytes that it wrote, {@code MINION.rc} its exit code, or the state of a target
 * without one. {@code MINION.truncated} is there only when less was kept than the minion wrote, with a line per gap: the stream, where it stands in all that was
 * written, and how many bytes are missing, as in {@code stdout 786432 1640319}. Files of an earlier job are written anew. The id of a minion is a safe name: no
 * slash, no dot at its begin, at most {@value MinionId#LONGEST} characters.
 */
final class DirectoryView implements JobView {
    private static final String TRUNCATED = ".truncated";

    private final Path directory;
    private final Console console;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> truncated = new HashSet<>();
    private final Gaps gaps = new Gaps();

    DirectoryView(Path directory, Console console) {
        this.directory = directory;
        this.console = console;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Printed printed) {
            OutputChunk chunk = printed.chunk();
            begin(chunk.minion());
            note(gaps.before(chunk));
            String end = chunk.stream() == Output.Stream.STDOUT ? ".out" : ".err";
            write(chunk.minion(), end, chunk.bytes().toArray(), StandardOpenOption.APPEND);
        } else if (event instanceof JobEvent.Ended end) {
            end(end.result().minion(), code(end.result()));
            if (end.result().output().truncated()) {
                note(gaps.end(end.result().minion(), end.result().output()));
            }
        }
    }

    /** How a target of an earlier job ended. */
    void end(TargetInfo target) {
        boolean hasStatus = target.state() == TargetState.SUCCEEDED || target.state() == TargetState.FAILED;
        Return result = hasStatus ? target.result() : null;
        end(target.minion().value(), String.valueOf(result == null ? target.state() : result.exitCode()));
        Return all = target.result();
        if (all != null) {
            note(gaps.end(
                    target.minion().value(), all.stdout().total(), all.stderr().total()));
        }
    }

    private void end(String minion, String code) {
        begin(minion);
        byte[] line = (code + "\n").getBytes(StandardCharsets.US_ASCII);
        write(minion, ".rc", line, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private void note(List<Gaps.Gap> missing) {
        for (Gaps.Gap gap : missing) {
            truncated.add(gap.minion());
            byte[] line = (gap.line() + "\n").getBytes(StandardCharsets.US_ASCII);
            write(gap.minion(), TRUNCATED, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    @Override
    public void end(JobOutcome outcome) {
        finish();
    }

    /** Says where something is missing. */
    void finish() {
        if (!truncated.isEmpty()) {
            console.note("qcmd: not all that " + Texts.minions(truncated.size()) + " wrote was kept: "
                    + Escape.text(directory + "/*" + TRUNCATED));
        }
    }

    private void begin(String minion) {
        if (begun.add(minion)) {
            for (String end : new String[] {".out", ".err"}) {
                write(minion, end, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            }
            forget(file(minion, ".rc"));
            forget(file(minion, TRUNCATED));
        }
    }

    /** A job that goes on has no exit code, whatever an earlier one had. */
    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Whatever the bus says: a name with a slash stops here. */
    private Path file(String minion, String end) {
        return directory.resolve(new MinionId(minion).value() + end);
    }

    private void write(String minion, String end, byte[] bytes, StandardOpenOption... how) {
        Path file = file(minion, end);
        StandardOpenOption[] options = Stream.concat(Stream.of(StandardOpenOption.WRITE), Stream.of(how))
                .toArray(StandardOpenOption[]::new);
        try {
            Files.write(file, bytes, options);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static String code(TargetResult result) {
        if (result instanceof TargetResult.Failed failed) {
            return String.valueOf(failed.exitCode());
        }
        return result instanceof TargetResult.Succeeded ? "0" : result.state().name();
    }

    private static UsageError unwritable(Path path, IOException why) {
        return new UsageError("-o dir: cannot write " + path + ": " + why.getMessage(), "-o dir=DIR of your own");
    }
}
