package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Selection;

/** The bytes that one minion writes to its stdout, as they are; its stderr is escaped and goes to stderr. */
final class RawView implements JobView {
    private final Console console;
    private final Lines lines = new Lines();

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
        if (event instanceof JobEvent.Printed printed && printed.chunk().stream() == Output.Stream.STDOUT) {
            console.write(printed.chunk().bytes().toArray());
        } else if (event instanceof JobEvent.Printed printed) {
            lines.add(printed.chunk()).forEach(line -> console.note(line.text()));
        } else if (event instanceof JobEvent.Progressed) {
            console.flush();
        }
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
