package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;

/** The names of the minions on which the command succeeded, as they come: {@code qcmd run -o name '*' -- test -e /etc/foo}. */
final class NamesView implements JobView {
    private final Console console;

    NamesView(Console console) {
        this.console = console;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Ended end && end.result() instanceof TargetResult.Succeeded) {
            console.print(end.result().minion());
        } else if (event instanceof JobEvent.Progressed) {
            console.flush();
        }
    }

    @Override
    public void end(JobOutcome outcome) {
        console.flush();
    }
}
