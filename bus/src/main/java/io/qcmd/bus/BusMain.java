package io.qcmd.bus;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.ConfigFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code qcmd bus [--config FILE]}: runs a bus until SIGTERM, or until its store fails. */
public final class BusMain {
    private static final Logger log = LoggerFactory.getLogger(BusMain.class);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int USAGE = 2;
    private static final int STORE_FAILED = 70;

    private BusMain() {}

    public static void main(String[] arguments) {
        try {
            Bus bus = Bus.start(BusSettings.of(config(List.of(arguments)))).block();
            if (bus != null) {
                run(bus);
            }
        } catch (QcmdException e) {
            System.err.println("qcmd bus: " + e.getMessage());
            System.err.println("  try: " + e.hint());
            System.exit(USAGE);
        }
    }

    private static ConfigFile config(List<String> arguments) {
        if (arguments.isEmpty()) {
            return ConfigFile.read(Path.of("/etc/qcmd/bus.yaml"));
        }
        if (arguments.size() == 2 && arguments.get(0).equals("--config")) {
            return ConfigFile.read(Path.of(arguments.get(1)));
        }
        throw new QcmdException(ErrorCode.BAD_REQUEST, "arguments " + arguments, "qcmd bus [--config FILE]");
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
