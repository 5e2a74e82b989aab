package io.qcmd.client.cli;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What Ctrl-C, SIGTERM and SIGHUP do while a verb runs, and who sits at the keyboard. */
@FunctionalInterface
interface Interrupts {
    /** Those of this process. */
    Interrupts OF_THE_JVM = new JvmInterrupts();

    /** Does the work; an interrupt meanwhile says the last words and ends the process with what they return. */
    ExitCode during(Supplier<ExitCode> work, Supplier<ExitCode> lastWords);

    /**
     * From now on Ctrl-C runs this instead, each time on a thread of its own; SIGTERM and SIGHUP stay as they are.
     *
     * @return gives Ctrl-C back
     */
    default Runnable takeCtrlC(Runnable instead) {
        return () -> {};
    }

    /**
     * From now on these run before Ctrl-Z stops this process, and once it goes on, whoever stopped it; on threads of their own.
     *
     * @return gives Ctrl-Z back
     */
    default Runnable takeStops(Runnable before, Runnable after) {
        return () -> {};
    }

    /** The keys of the terminal while nobody is asked. */
    default Keyboard keyboard() {
        return Keyboard.NONE;
    }

    /** Asks whoever sits at the terminal, wherever stdin and stdout come from and go to; null: nobody can answer, or another program reads what is typed there. */
    default @Nullable String ask(String question) {
        return null;
    }

    /** The interrupt that nobody took: the last words, and the end of the process. */
    default void leave() {}
}
