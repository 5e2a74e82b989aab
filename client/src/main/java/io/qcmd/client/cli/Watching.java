package io.qcmd.client.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every verb that watches a job: what Ctrl-C does, and what its exit code tells. */
final class Watching {
    /** What the exit code of failed targets is made of. */
    private enum Exit {
        MAX
    }

    @Option(
            names = "--on-interrupt",
            paramLabel = "HOW",
            description = "What Ctrl-C does: ask (by default, on a terminal), detach or cancel.")
    private @Nullable OnInterrupt onInterrupt;

    @Option(
            names = "--fail-on",
            paramLabel = "HOW",
            converter = FailOn.Words.class,
            description = "Exit 1 or 4 when any (by default), all or so many (5%%) targets came to no good, or never.")
    private FailOn failOn = FailOn.ANY;

    @Option(names = "--exit", paramLabel = "max", description = "Instead of 1: the largest exit code of the targets.")
    private @Nullable Exit exit;

    @Option(names = "--stderr", description = "In a pipe: what minions write to stderr goes to stdout too.")
    private boolean stderr;

    boolean stderr() {
        return stderr;
    }

    OnInterrupt onInterrupt() {
        return onInterrupt == null ? OnInterrupt.ASK : onInterrupt;
    }

    /** What a job came to, by the table of exit codes. */
    ExitCode exit(Tally tally, boolean cancelled) {
        boolean isBad = cancelled || failOn.isReached(tally.bad(), tally.asked());
        return isBad ? tally.exit(cancelled) : ExitCode.OK;
    }

    /** The number for it. */
    int code(ExitCode end, Tally tally) {
        return end == ExitCode.FAILED && exit == Exit.MAX ? tally.largestExit() : end.code();
    }
}
