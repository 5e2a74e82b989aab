package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;

/** One way to show a job on stdout while it happens. */
interface JobView {
    void show(JobEvent event);

    /** Comes some times a second, on the thread of the events: what is held back may be shown. */
    default void tick() {}

    /** Somebody else writes on the screen until {@link #resume}; nothing is shown meanwhile. */
    default void pause() {}

    default void resume() {}

    /** Nothing more comes. */
    void end(JobOutcome outcome);

    /** The view that suits the options and the place of stdout. */
    static JobView of(Session session) {
        return switch (session.globals().format()) {
            case PLAIN, WIDE, NAME ->
                session.console().isTerminal()
                        ? new TerminalView(session.console(), session.clock())
                        : new PlainView(session.console(), session.globals().quiet());
            case JSON -> new JsonView(session.console());
            case JSONL -> new JsonLinesView(session.console());
        };
    }
}
