package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Where the launcher {@code qcmd} arrives with everything but {@code bus} and {@code agent}. */
public final class QcmdMain {
    private QcmdMain() {}

    public static void main(String[] args) {
        Session session = new Session(
                Console.system(),
                new Globals(),
                Clock.systemUTC(),
                System.getenv(),
                home(),
                QcmdMain::connect,
                Interrupts.OF_THE_JVM);
        System.exit(new Cli(session).run(args));
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
