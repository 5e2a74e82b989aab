package io.qcmd.client.cli;

import io.qcmd.client.BusUrl;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.profile.Setting;
import io.qcmd.protocol.QcmdException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every verb works with.
 *
 * @param home the directory of the launcher; null when there is none
 * @param connect makes a client of these options for a bus URL
 */
record Session(
        Console console,
        Globals globals,
        Clock clock,
        Map<String, String> environment,
        @Nullable Path home,
        BiFunction<Globals, String, QcmdClient> connect,
        Interrupts interrupts) {
    /** The bus that the flag, the environment, the profile or the place of the launcher names. */
    BusUrl bus() {
        String named = globals.bus();
        if (named == null) {
            return BusUrl.find(environment, home);
        }
        String origin = globals.settings().origin(Setting.BUS, named);
        try {
            return new BusUrl(named, origin);
        } catch (QcmdException e) {
            throw new UsageError(String.valueOf(e.getMessage()), origin, e.hint());
        }
    }

    /** The same, with nothing typed yet. */
    Session afresh() {
        return new Session(console, new Globals(), clock, environment, home, connect, interrupts);
    }

    /** Runs a verb against the bus. */
    int with(Function<QcmdClient, Integer> verb) {
        BusUrl bus = bus();
        if (globals.verbose()) {
            console.note("bus " + bus.url() + " (" + bus.origin() + ")");
        }
        if (globals.verbosity() > 1) {
            globals.settings().given().forEach((setting, value) -> {
                if (setting != Setting.BUS) {
                    console.note(setting.key() + " " + Escape.text(value.text()) + " (" + value.origin() + ")");
                }
            });
        }
        try (QcmdClient client = connect.apply(globals, bus.url())) {
            return verb.apply(client);
        }
    }
}
