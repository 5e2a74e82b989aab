package io.qcmd.client.cli;

import io.qcmd.client.profile.Given;
import io.qcmd.client.profile.Setting;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Version;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: arguments in, exit code out. */
final class Cli {
    static final String VERSION = "qcmd " + Version.CURRENT;

    /** Verbs that work beside a broken profile: they say what is wrong with it, or do not look at it. */
    private static final Set<String> WITHOUT_PROFILE =
            Set.of("help", "completion", "profile", "doctor", "demo", "bus", "agent", "bench", "simulate", "soak");

    private final Session session;
    private final Settings settings;
    private final Verbs verbs;

    /** {@code qcmd} without a verb. */
    @Command(
            name = "qcmd",
            // Else all methods are looked at, those of Object too: 10 ms.
            addMethodSubcommands = false,
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

    // Classes and not lambdas: these three would keep picocli's old class files out of the class-data archive, and so
    // its jar would be opened at each start.
    private final class Strategy implements CommandLine.IExecutionStrategy {
        @Override
        public int execute(ParseResult parsed) {
            return Cli.this.execute(parsed);
        }
    }

    private final class Failures implements CommandLine.IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception error, CommandLine line, ParseResult parsed) {
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
        settings = new Settings(session.environment(), session.globals()::profile);
        session.globals().settings(settings);
        session.console().follow(session.globals());
        verbs = new Verbs(session);
    }

    int run(String... arguments) {
        try {
            for (String word : arguments) {
                checkText(word);
            }
            List<String> ours = SaltForm.translate(List.of(arguments), verbs.names());
            return root(ours).execute(ours.toArray(String[]::new));
        } catch (UsageError error) {
            return failed(error);
        }
    }

    /** The JVM has put U+FFFD where bytes were no UTF-8: nobody meant the command that this would be. */
    private static void checkText(String word) {
        if (word.indexOf('\uFFFD') >= 0) {
            throw new UsageError(
                    "'" + word + "': a word has to be UTF-8, and this one has other bytes, or U+FFFD itself",
                    "type it as UTF-8; --stdin FILE passes any bytes");
        }
    }

    private CommandLine root(List<String> words) {
        CommandLine root = new CommandLine(new Root(session.globals()));
        for (Object verb : verbs.needed(words)) {
            root.addSubcommand(verb);
        }
        root.registerConverter(Duration.class, new Durations())
                .registerConverter(Selection.Sample.class, new Choosing.Samples())
                .registerConverter(TargetState.class, new TargetStates())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(Console.HELP_WIDTH)
                .setOut(session.console().writer())
                .setDefaultValueProvider(settings)
                .setExecutionStrategy(new Strategy())
                .setExecutionExceptionHandler(new Failures())
                .setParameterExceptionHandler(new Mistakes());
        root.getCommandSpec().version(VERSION);
        return root;
    }

    /** The model of all verbs: options and texts. */
    CommandLine line() {
        return root(List.of("help"));
    }

    private int execute(ParseResult parsed) {
        boolean withProfile = parsed.hasSubcommand()
                && !WITHOUT_PROFILE.contains(parsed.subcommand().commandSpec().name());
        if (withProfile && !isHelp(parsed)) {
            try {
                settings.check();
            } catch (QcmdException | UsageError e) {
                return failed(e);
            }
        }
        for (CommandLine line : parsed.asCommandLineList()) {
            if (line.isUsageHelpRequested()) {
                line.setUsageHelpWidth(session.console().helpWidth());
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static boolean isHelp(ParseResult parsed) {
        for (CommandLine line : parsed.asCommandLineList()) {
            if (line.isUsageHelpRequested() || line.isVersionHelpRequested()) {
                return true;
            }
        }
        return false;
    }

    private int failed(Exception error) {
        if (error instanceof Console.ClosedOutput) {
            return ExitCode.CLOSED_OUTPUT.code();
        }
        if (error instanceof UsageError usage) {
            tell(String.valueOf(usage.getMessage()), usage.where(), usage.hint());
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
        Misread words = new Misread(error);
        tell(words.what(), origin(error), words.hint());
        return ExitCode.USAGE.code();
    }

    /** Where a wrong value is from that was not typed; empty: it was. */
    private String origin(ParameterException error) {
        Setting setting = Settings.setting(error.getArgSpec());
        Given.Value given = setting == null ? null : settings.given().get(setting);
        return given != null && given.text().equals(error.getValue()) ? given.origin() : "";
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
                .forEach(line -> console.note((line.matches("[a-z]+:.*|left out: .*") ? "  " : "  try:  ") + line));
    }
}
