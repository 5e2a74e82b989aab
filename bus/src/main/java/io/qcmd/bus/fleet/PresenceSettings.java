package io.qcmd.bus.fleet;

import io.qcmd.protocol.Version;
import io.qcmd.protocol.config.ConfigFile;
import java.time.Duration;

/**
 * What makes a minion uncontrollable; each component is the key of the same name in bus.yaml.
 *
 * @param uncontrollableAfter how long it may be without a session
 * @param clockOffsetLimit how far its clock may be from that of the bus, either way, network time included
 * @param leastAgentVersion the oldest agent that is good enough; {@code 0}: any
 */
public record PresenceSettings(Duration uncontrollableAfter, Duration clockOffsetLimit, String leastAgentVersion) {

    /** Asks the file for its keys. */
    public static PresenceSettings of(ConfigFile config) {
        PresenceSettings settings = new PresenceSettings(
                config.duration("uncontrollable_after", "60s", "1s", "24h"),
                config.duration("clock_offset_limit", "5m", "1s", "24h"),
                config.text("least_agent_version", "0"));
        if (!Version.isDotted(settings.leastAgentVersion)) {
            throw config.invalid("least_agent_version", "use numbers with dots between them, as in 1.2.0");
        }
        return settings;
    }
}
