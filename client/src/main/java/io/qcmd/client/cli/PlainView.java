package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Output;

/** For pipes: {@code minion: line} as it arrives. Its stderr is {@code minion! line}, on stderr unless it is wanted in between; ends other than exit 0 go to stderr. */
final class PlainView implements JobView {
    private final Console console;
    private final boolean quiet;
    private final boolean stderr;
    private final Lines lines = new Lines();

    /** Of output that was stored: all of it is a result. */
    PlainView(Console console, boolean quiet) {
        this(console, quiet, true);
    }

    /** @param stderr whether what minions write to stderr is a result too */
    PlainView(Console console, boolean quiet, boolean stderr) {
        this.console = console;
        this.quiet = quiet;
        this.stderr = stderr;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Printed printed) {
            lines.add(printed.chunk()).forEach(this::print);
        } else if (event instanceof JobEvent.Ended end) {
            lines.end(end.result().minion()).forEach(this::print);
            end(end.result(), end.late());
        } else if (event instanceof JobEvent.Progressed) {
            console.flush();
        }
    }

    private void print(Lines.Line line) {
        if (line.stream() == Output.Stream.STDOUT) {
            console.print(line.minion() + ": " + line.text());
        } else if (stderr) {
            console.print(line.minion() + "! " + line.text());
        } else {
            console.note(line.minion() + "! " + line.text());
        }
    }

    private void end(TargetResult result, boolean late) {
        if (!quiet && (late || !(result instanceof TargetResult.Succeeded))) {
            console.flush();
            console.note(
                    Texts.symbol(result) + " " + result.minion() + " " + Texts.end(result) + (late ? " · late" : ""));
        }
    }

    @Override
    public void end(JobOutcome outcome) {
        finish();
    }

    /** Shows what has no line end yet. */
    void finish() {
        lines.end().forEach(this::print);
        console.flush();
    }
}
