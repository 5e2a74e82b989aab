package io.qcmd.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code qcmd bench NAME}: one class per bench. Ends with 0, with 2 for wrong words, with 1 when a bench failed or, with {@code --check}, when it missed a goal. */
@Command(
        name = "qcmd bench",
        description = "Measures the hallway, beside the limit of what carries it, and single rooms of it.",
        mixinStandardHelpOptions = true,
        subcommands = {
            FanoutBench.class,
            GrowthBench.class,
            ReconnectBench.class,
            ScreenBench.class,
            StartupBench.class,
            TargetsBench.class,
            ViewsBench.class
        })
public final class BenchMain implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private BenchMain() {}

    public static void main(String[] args) {
        int exit = new CommandLine(new BenchMain())
                .setParameterExceptionHandler(
                        (wrong, words) -> complain(String.valueOf(wrong.getMessage()), "qcmd bench --help", USAGE))
                .setExecutionExceptionHandler((failure, line, words) -> {
                    failure.printStackTrace();
                    return complain(failure.toString(), "the same with fewer minions, or on a quiet machine", FAILED);
                })
                .execute(args);
        // The event loops of the clients are no reason to stay.
        System.exit(exit);
    }

    @Override
    public Integer call() {
        return complain("which bench?", "qcmd bench --help", USAGE);
    }

    private static int complain(String what, String remedy, int exit) {
        System.err.println("qcmd bench: " + what);
        System.err.println("  try:  " + remedy);
        return exit;
    }
}
