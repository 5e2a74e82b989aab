package io.qcmd.bench;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.bus.Bus;
import io.qcmd.bus.BusSettings;
import io.qcmd.protocol.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/** The part of the bus: the real one. {@code connect N} gives it simulated agents in this very process, over {@link LocalCable}. */
final class BusProcessMain {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private BusProcessMain() {}

    public static void main(String[] args) throws IOException {
        BusSettings settings = BusSettings.of(ConfigFile.read(Path.of(args[0])));
        Bus bus = Objects.requireNonNull(Bus.start(settings).block());
        new Orders()
                .on("port", words -> String.valueOf(bus.agentPort()))
                .on("connect", words -> connect(bus, Integer.parseInt(words[0])))
                .obey();
        bus.stop().block();
        System.exit(0);
    }

    private static String connect(Bus bus, int minions) {
        LocalCable cable = LocalCable.open(bus.agents(), minions);
        Duration took = new SimulatedAgents(loops -> cable.client(), SimulatedAgents.Manner.QUICK)
                .connect(minions)
                .block(LIMIT);
        return String.valueOf(Objects.requireNonNull(took).toNanos());
    }
}
