package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.protocol.JobId;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** One way to show a job on stdout while it happens. */
interface JobView {
    /** Before everything else, as soon as it is known how many targets there are. */
    default void begin(JobId job, int targets) {}

    void show(JobEvent event);

    /** Comes some times a second, on the thread of the events: what is held back may be shown. */
    default void tick() {}

    /** Whether keys choose what stands under the progress. */
    default boolean hasKeys() {
        return false;
    }

    /** What shall stand under the progress now, at most so many rows that fit the window. */
    default List<String> rows(Keys.Shown shown, int most) {
        return List.of();
    }

    /** Nothing more comes. */
    void end(JobOutcome outcome);

    /** The view that suits the options and the place of stdout. */
    static JobView of(Session session, Watching watching) {
        Console console = session.console();
        return switch (session.globals().format()) {
            case PLAIN ->
                console.isTerminal()
                        ? new ScreenView(console, session.clock())
                        : new PlainView(console, session.globals().quiet(), watching.stderr());
            case JSON, YAML -> new JsonView(console);
            case JSONL -> new JsonLinesView(console);
            case TABLE -> new TableView(console, false);
            case WIDE -> new TableView(console, true);
            case NAME -> new NamesView(console);
            case RAW -> new RawView(console);
            case DIR -> {
                Path directory = session.globals().output().directory();
                yield new DirectoryView(Objects.requireNonNull(directory), console);
            }
        };
    }
}
