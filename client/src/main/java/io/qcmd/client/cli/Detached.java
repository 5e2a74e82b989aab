package io.qcmd.client.cli;

import io.qcmd.client.StartedJob;

/** What {@code --detach} prints: all 26 characters, as a script may need them long after. */
final class Detached {
    private Detached() {}

    static int print(StartedJob job, Session session) {
        if (session.globals().isText()) {
            session.console().print(job.id());
        } else {
            session.console().json(out -> Shapes.accepted(job.accepted(), out));
        }
        session.console().flush();
        return ExitCode.OK.code();
    }
}
