package io.qcmd.bus;

import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.ConfigFile;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code qcmd bus [--config FILE]}: runs a bus until SIGTERM, or until its store fails. {@link CareMain} has its other verbs. */
public final class BusMain {
    private static final Path CONFIG = Path.of("/etc/qcmd/bus.yaml");
    private static final Logger log = LoggerFactory.getLogger(BusMain.class);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int USAGE = 2;
    private static final int STORE_FAILED = 70;

    private BusMain() {}

    public static void main(String[] arguments) {
        try {
            if (CareMain.isMeant(arguments)) {
                System.exit(CareMain.run(arguments, CONFIG));
            }
            ConfigFile config = ConfigFile.ofArguments(arguments, CONFIG);
            Bus bus = Bus.start(BusSettings.of(config)).block();
            if (bus != null) {
                run(bus);
            }
        } catch (QcmdException e) {
            System.err.println("qcmd bus: " + e.getMessage());
            System.err.println("  try: " + e.hint());
            System.exit(USAGE);
        }
    }

    private static void run(Bus bus) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> bus.stop().block(STOP), "stop"));
        System.out.println("Qcmd bus ready: agents on port " + bus.agentPort() + ", clients on port " + bus.clientPort()
                + " and " + bus.socket());
        Throwable failure = bus.failed().block();
        if (failure != null) {
            log.error("the store failed, and nothing may be answered after that: ending", failure);
            // Not exit(): closing in good order would touch the store once more.
            Runtime.getRuntime().halt(STORE_FAILED);
        }
    }
}
