package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the launcher {@code qcmd} arrives with everything but {@code bus} and {@code agent}. */
public final class QcmdMain {
    private static final Set<String> VERSION = Set.of("-V", "--version");

    private QcmdMain() {}

    public static void main(String[] args) {
        System.exit(run(Console.system(), System.getenv(), args));
    }

    /** One command; its exit code. Who only asks for the version waits for nothing else. */
    static int run(Console console, Map<String, String> environment, String... args) {
        if (args.length == 1 && VERSION.contains(args[0])) {
            return version(console).code();
        }
        if (args.length > 1) {
            HeadStart.begin();
        }
        Session session = new Session(
                console,
                new Globals(),
                Clock.systemUTC(),
                environment,
                home(),
                QcmdMain::connect,
                Interrupts.OF_THE_JVM);
        return new Cli(session).run(args);
    }

    private static ExitCode version(Console console) {
        try {
            console.print(Cli.VERSION);
            console.flush();
            return ExitCode.OK;
        } catch (Console.ClosedOutput e) {
            return ExitCode.CLOSED_OUTPUT;
        } catch (UsageError full) {
            console.note("qcmd: " + full.getMessage());
            return ExitCode.USAGE;
        }
    }

    private static QcmdClient connect(Globals globals, String url) {
        return QcmdClient.builder()
                .bus(url)
                .connectTimeout(globals.connectTimeout())
                .build();
    }

    /** The directory of the launcher; null when the CLI was started without it. */
    private static @Nullable Path home() {
        String home = System.getProperty("qcmd.home");
        return home == null ? null : Path.of(home);
    }
}
