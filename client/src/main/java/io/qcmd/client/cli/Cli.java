package io.qcmd.client.cli;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Version;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole: arguments in, exit code out. */
final class Cli {
    static final String VERSION = "qcmd " + Version.CURRENT;

    private final Session session;
    private final Verbs verbs;

    /** {@code qcmd} without a verb. */
    @Command(
            name = "qcmd",
            synopsisHeading = "",
            customSynopsis = {
                "qcmd [OPTIONS] VERB ...                     qcmd run 'web*' -- uptime",
                "qcmd [OPTIONS] TARGET MODULE.FUNCTION ...   qcmd '*' cmd.run uptime"
            },
            description = "Runs a command on many servers and knows, for every one of them, what happened.")
    private static final class Root {
        @Mixin
        private final Globals globals;

        @CommandLine.Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Print the version.")
        private boolean version;

        @CommandLine.Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = CommandLine.ScopeType.INHERIT,
                description = "Help for a verb.")
        private boolean help;

        Root(Globals globals) {
            this.globals = globals;
        }
    }

    // Classes and not lambdas: these two would keep picocli's old class files out of the class-data archive, and so
    // its jar would be opened at each start.
    private final class Failures implements CommandLine.IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception error, CommandLine line, CommandLine.ParseResult parsed) {
            return failed(error);
        }
    }

    private final class Mistakes implements CommandLine.IParameterExceptionHandler {
        @Override
        public int handleParseException(ParameterException error, String[] arguments) {
            return wrong(error);
        }
    }

    Cli(Session session) {
        this.session = session;
        verbs = new Verbs(session);
    }

    int run(String... arguments) {
        try {
            List<String> ours = SaltForm.translate(List.of(arguments), verbs.names());
            return root(ours).execute(ours.toArray(String[]::new));
        } catch (UsageError error) {
            return failed(error);
        }
    }

    private CommandLine root(List<String> words) {
        CommandLine root = new CommandLine(new Root(session.globals()));
        for (Object verb : verbs.needed(words)) {
            root.addSubcommand(verb);
        }
        root.registerConverter(Duration.class, new Durations())
                .registerConverter(Selection.Sample.class, new Choosing.Samples())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setOut(session.console().writer())
                .setExecutionExceptionHandler(new Failures())
                .setParameterExceptionHandler(new Mistakes());
        root.getCommandSpec().version(VERSION);
        return root;
    }

    private int failed(Exception error) {
        if (error instanceof Console.ClosedOutput) {
            return ExitCode.CLOSED_OUTPUT.code();
        }
        if (error instanceof UsageError usage) {
            tell(String.valueOf(usage.getMessage()), "", usage.hint());
            return ExitCode.USAGE.code();
        }
        if (error instanceof QcmdException known) {
            boolean away = known.code() == ErrorCode.UNREACHABLE;
            tell(String.valueOf(known.getMessage()), away ? session.bus().origin() : "", remedy(known));
            return ExitCode.of(known.code()).code();
        }
        tell("unexpected: " + error, "", "qcmd -v … shows where");
        if (session.globals().verbose()) {
            StringWriter trace = new StringWriter();
            error.printStackTrace(new PrintWriter(trace));
            trace.toString().lines().map(Escape::text).forEach(session.console()::note);
        }
        return ExitCode.NO_BUS.code();
    }

    /** What the bus said about the time is more than what everybody knows. */
    private static String remedy(QcmdException error) {
        long retryAfter = error.retryAfterMillis();
        return retryAfter > 0 ? "again in " + (retryAfter + 999) / 1_000 + " s" : error.hint();
    }

    private int wrong(ParameterException error) {
        String verb = error.getCommandLine().getCommandName();
        List<String> near =
                error instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String help = verb.equals("qcmd") ? "qcmd help" : "qcmd help " + verb;
        String hint = near.isEmpty() ? help : String.join(" or ", near) + ", or see " + help;
        boolean noVerb = verb.equals("qcmd") && error instanceof UnmatchedArgumentException;
        String first =
                noVerb ? ((UnmatchedArgumentException) error).getUnmatched().get(0) : "";
        tell(noVerb ? "'" + first + "' is no verb" : String.valueOf(error.getMessage()), "", hint);
        return ExitCode.USAGE.code();
    }

    /** What, where it comes from, what to do. Lines of a hint that name themselves, as {@code near:} does, stay as they are. */
    private void tell(String what, String where, String remedy) {
        Console console = session.console();
        console.note("qcmd: " + Escape.text(what));
        if (!where.isEmpty()) {
            console.note("  " + Escape.text(where));
        }
        remedy.lines()
                .map(Escape::text)
                .forEach(line -> console.note((line.matches("[a-z]+:.*") ? "  " : "  try:  ") + line));
    }
}
