package io.qcmd.client.cli;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** The same look again and again until an interrupt: on a terminal a screen that is drawn anew, else JSON lines. */
final class Refresh {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Session session;
    private final boolean streams;

    /** Of {@code verb}, for the error when there is no end to write a document at. */
    Refresh(Session session, String verb) {
        this.session = session;
        Globals.Format format = session.globals().format();
        if (format == Globals.Format.JSON) {
            throw new UsageError(
                    "-o json: " + verb + " --watch has no end, and so is no document",
                    "qcmd -o jsonl " + verb + " --watch");
        }
        streams = format == Globals.Format.JSONL || !session.console().isTerminal();
    }

    /**
     * Looks, and shows what was seen.
     *
     * @param screen draws it from the top
     * @param lines writes it, or what of it is new
     */
    <T> int forever(Mono<T> look, Consumer<? super T> screen, Consumer<? super T> lines) {
        Supplier<ExitCode> work = () -> {
            while (true) {
                show(Calls.answer(look), screen, lines);
                Calls.pause(PAUSE);
            }
        };
        return session.interrupts().during(work, () -> ExitCode.DETACHED).code();
    }

    private <T> void show(T seen, Consumer<? super T> screen, Consumer<? super T> lines) {
        if (streams) {
            lines.accept(seen);
        } else {
            session.console().clear();
            screen.accept(seen);
        }
        session.console().flush();
    }
}
