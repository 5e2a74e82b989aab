package io.qcmd.bus;

import io.qcmd.bus.callback.CallbackSettings;
import io.qcmd.bus.fleet.PresenceSettings;
import io.qcmd.bus.topic.TapSettings;
import io.qcmd.protocol.config.ConfigFile;

/**
 * What bus.yaml says, section by section. Each section is a record that reads itself; each of its components is the key of the same name in snake_case, explained in the
 * file with unit, default and bounds. A room with keys of its own adds its section here.
 *
 * @param listening where it listens
 * @param keeping what it keeps, and where
 * @param life the life of a message
 * @param taps how much of them
 * @param presence what makes a minion uncontrollable
 * @param callbacks who is told of ends, and how often it is tried
 * @param limits how much of everything: can be lowered, not raised
 */
public record BusSettings(
        Listening listening,
        Keeping keeping,
        MessageLife life,
        TapSettings taps,
        PresenceSettings presence,
        CallbackSettings callbacks,
        BusLimits limits) {
    /** Asks the file for every key; whatever else stands in it is an error. */
    public static BusSettings of(ConfigFile config) {
        Keeping keeping = Keeping.of(config);
        Listening listening = Listening.of(config, keeping.data());
        BusSettings settings = new BusSettings(
                listening,
                keeping,
                MessageLife.of(config),
                TapSettings.of(config),
                PresenceSettings.of(config),
                CallbackSettings.of(config),
                BusLimits.of(config));
        config.done();
        listening.check(config);
        return settings;
    }
}
