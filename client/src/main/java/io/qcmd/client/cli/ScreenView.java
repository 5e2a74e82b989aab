package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.protocol.JobId;
import java.time.Clock;
import java.util.List;

/** For eyes: a line per minion where they are few, else those together that ended alike. */
final class ScreenView implements JobView {
    private static final int FEW = 5;

    private final Console console;
    private JobView view;

    ScreenView(Console console, Clock clock) {
        this.console = console;
        this.view = new TerminalView(console, clock);
    }

    @Override
    public void begin(JobId job, int targets) {
        if (targets > FEW) {
            view = new GroupedView(console);
        }
    }

    @Override
    public void show(JobEvent event) {
        view.show(event);
    }

    @Override
    public void tick() {
        view.tick();
    }

    @Override
    public boolean hasKeys() {
        return view.hasKeys();
    }

    @Override
    public List<String> rows(Keys.Shown shown, int most) {
        return view.rows(shown, most);
    }

    @Override
    public void end(JobOutcome outcome) {
        view.end(outcome);
    }
}
