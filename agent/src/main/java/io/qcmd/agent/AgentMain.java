package io.qcmd.agent;

import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Version;
import io.qcmd.protocol.config.ConfigFile;
import io.qcmd.transport.Errors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;

/**
 * The agent's process: {@code qcmd agent [--config FILE]}. Ends with 2 when it cannot start, with 1 when its journal cannot be trusted any more, and by SIGTERM with
 * 143 after it has stopped in order.
 */
public final class AgentMain {
    private static final Path CONFIG = Path.of("/etc/qcmd/agent.yaml");
    private static final Logger log = LoggerFactory.getLogger(AgentMain.class);

    private AgentMain() {}

    public static void main(String[] args) {
        // Before all others, with the lowest numbers: there is room for them also when the limit was lowered meanwhile.
        SpareFiles.takeBack();
        keepNoAddresses();
        try {
            run(args);
        } catch (QcmdException e) {
            fail(String.valueOf(e.getMessage()), e.hint());
        } catch (IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()), "see the comments in agent.yaml");
        } catch (IOException | UncheckedIOException e) {
            fail(e.getMessage() + " (" + e.getClass().getSimpleName() + ")", "check the directory that 'data' names");
        }
    }

    // The JDK keeps an address for 30 s and a failure for 10 s, and a bus that moved would be looked for where it was.
    private static void keepNoAddresses() {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    private static void run(String[] args) throws IOException {
        AgentSettings settings = AgentSettings.of(ConfigFile.ofArguments(args, CONFIG));
        LiveAgent agent = new LiveAgent(settings, Version.CURRENT, AgentMain::halt);
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "qcmd-stop"));
        log.info(
                "agent {} of minion {}, bus {}, data {}",
                Version.CURRENT,
                settings.minion(),
                settings.bus(),
                settings.data());
        // rsocket-java tells why a connection ends to each of its streams, to those that are over too.
        Hooks.onErrorDropped(
                error -> log.info("told too late: {}", Errors.fromWire(error).getMessage()));
        agent.sessions().block();
    }

    /** No orderly stop: it would write to a disk that has just lost a write. The next start reads what is really there. */
    private static void halt(IOException error) {
        log.error("the agent ends, as its journal cannot be trusted any more", error);
        Runtime.getRuntime().halt(1);
    }

    private static void fail(String what, String remedy) {
        System.err.println("qcmd agent: " + what);
        System.err.println("  try: " + remedy);
        System.exit(2);
    }
}
