package io.qcmd.client.cli;

import java.util.function.Supplier;

/** What Ctrl-C, SIGTERM and SIGHUP do while a verb runs. */
@FunctionalInterface
interface Interrupts {
    /** Those of this process. */
    Interrupts OF_THE_JVM = Interrupts::halting;

    /** Does the work; an interrupt meanwhile says the last words and ends the process with what they return. */
    ExitCode during(Supplier<ExitCode> work, Supplier<ExitCode> lastWords);

    private static ExitCode halting(Supplier<ExitCode> work, Supplier<ExitCode> lastWords) {
        // In a hook the exit code is the signal's; halting is the only way to have our own.
        Thread hook = new Thread(() -> Runtime.getRuntime().halt(lastWords.get().code()), "qcmd-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException dying) {
            // The hook has begun and ends the process; whoever exits now waits for it.
            return;
        }
    }
}
