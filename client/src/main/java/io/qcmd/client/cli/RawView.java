package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Selection;
import java.util.List;

/** The bytes that one minion writes to its stdout, as they are; its stderr is escaped and goes to stderr, and so does what is to be said about bytes that are missing. */
final class RawView implements JobView {
    private final Console console;
    private final Lines lines = new Lines();
    private final Gaps gaps = new Gaps();

    RawView(Console console) {
        this.console = console;
    }

    @Override
    public void begin(JobId job, int targets) {
        only(targets);
    }

    /** Whom it would mean now; asked before anything is started. */
    static int targets(QcmdClient client, Selection selection) {
        return Calls.answer(client.minions().preview(selection).next()).matched();
    }

    /** The bytes of several cannot be told apart. */
    static void only(int targets) {
        if (targets != 1) {
            throw new UsageError(
                    "-o raw: the bytes of one minion are wanted, and here are " + Texts.count(targets),
                    "-o dir=DIR has a file for each");
        }
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Printed printed) {
            print(printed.chunk());
        } else if (event instanceof JobEvent.Ended end && end.result().output().truncated()) {
            warn(gaps.end(end.result().minion(), end.result().output()));
        } else if (event instanceof JobEvent.Progressed) {
            console.flush();
        }
    }

    private void print(OutputChunk chunk) {
        List<Gaps.Gap> missing = gaps.before(chunk);
        if (chunk.stream() == Output.Stream.STDOUT) {
            warn(missing);
            console.write(chunk.bytes().toArray());
        } else {
            // These lines tell themselves what is missing between them.
            lines.add(chunk).forEach(line -> console.note(line.text()));
        }
    }

    private void warn(List<Gaps.Gap> missing) {
        missing.forEach(gap -> console.note("qcmd: " + gap.text()));
    }

    @Override
    public void end(JobOutcome outcome) {
        finish();
    }

    /** Shows what has no line end yet. */
    void finish() {
        lines.end().forEach(line -> console.note(line.text()));
        console.flush();
    }
}
