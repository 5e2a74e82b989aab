package io.qcmd.client.cli;

import io.qcmd.client.profile.ProfileFile;
import io.qcmd.client.profile.Setting;
import io.qcmd.protocol.EditDistance;
import io.qcmd.protocol.QcmdException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What options get that were not typed: first from the environment, then from the profile; a profile that was named by {@code -p} stands above the environment, so
 * that nobody who types {@code -p test} reaches the bus of QCMD_BUS. The profiles are read when the first option asks. For one thread.
 */
final class Settings implements IDefaultValueProvider {
    /**
     * A value and who gave it.
     *
     * @param origin for people: where it is from
     */
    record Value(String text, String origin) {}

    /**
     * The profile in use, and who named it.
     *
     * @param origin for people: where the name is from
     */
    record Chosen(String name, String origin) {}

    private final Map<String, String> environment;
    private final Supplier<@Nullable String> named;
    private @Nullable Map<Setting, Value> found;
    private @Nullable Chosen chosen;
    private @Nullable RuntimeException problem;

    /** @param named the profile that the command line names; null: none */
    Settings(Map<String, String> environment, Supplier<@Nullable String> named) {
        this.environment = environment;
        this.named = named;
    }

    /** Never fails, as help is given also beside a broken file: see {@link #check}. */
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        Setting setting = setting(argument);
        Value value = setting == null ? null : given().get(setting);
        return value == null ? null : value.text();
    }

    /** Which setting this option is; null: none. The timeout is that of a command, not that of other verbs. */
    static @Nullable Setting setting(@Nullable ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            for (Setting setting : Setting.values()) {
                boolean isRun = option.command().name().equals("run");
                if (option.longestName().equals(setting.option()) && (setting != Setting.TIMEOUT || isRun)) {
                    return setting;
                }
            }
        }
        return null;
    }

    /** All that is not a default; nothing when {@link #check} fails. */
    Map<Setting, Value> given() {
        if (found == null) {
            found = Map.of();
            try {
                found = find(ProfileFile.read(ProfileFile.place(environment)));
            } catch (QcmdException | UsageError e) {
                problem = e;
            }
        }
        return found;
    }

    /** Throws what is wrong with the profiles: {@link QcmdException} or {@link UsageError}. */
    void check() {
        given();
        if (problem != null) {
            throw problem;
        }
    }

    /** The profile in use; null: none. */
    @Nullable
    Chosen chosen() {
        given();
        return chosen;
    }

    /** Where the value is from that an option has: what nobody else gave was typed. */
    String origin(Setting setting, String used) {
        Value value = given().get(setting);
        return value != null && value.text().equals(used) ? value.origin() : "from " + setting.option();
    }

    private Map<Setting, Value> find(ProfileFile file) {
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        String typed = named.get();
        if (typed == null) {
            addEnvironment(values);
        }
        chosen = choose(typed, file);
        if (chosen != null) {
            String origin = "profile '" + chosen.name() + "' from " + shown(file.place());
            // No lambda: in a class with a supertype of picocli none gets into the class-data archive.
            for (Map.Entry<Setting, String> entry : profile(chosen, file).entrySet()) {
                values.putIfAbsent(entry.getKey(), new Value(entry.getValue(), origin));
            }
        }
        addEnvironment(values);
        return Collections.unmodifiableMap(values);
    }

    private void addEnvironment(Map<Setting, Value> values) {
        for (Setting setting : Setting.values()) {
            String text = setting.variable() == null ? "" : environment.getOrDefault(setting.variable(), "");
            if (!text.isEmpty()) {
                values.putIfAbsent(setting, new Value(text, "from " + setting.variable()));
            }
        }
    }

    private @Nullable Chosen choose(@Nullable String typed, ProfileFile file) {
        String variable = environment.getOrDefault("QCMD_PROFILE", "");
        if (typed != null) {
            return new Chosen(typed, "from --profile");
        } else if (!variable.isEmpty()) {
            return new Chosen(variable, "from QCMD_PROFILE");
        } else if (file.current() != null) {
            return new Chosen(file.current(), "current in " + shown(file.place()));
        }
        return file.profiles().containsKey(ProfileFile.DEFAULT) ? new Chosen(ProfileFile.DEFAULT, "by its name") : null;
    }

    private Map<Setting, String> profile(Chosen one, ProfileFile file) {
        Map<Setting, String> values = file.profiles().get(one.name());
        if (values == null) {
            throw unknown(one.name(), one.origin(), file);
        }
        return values;
    }

    /** The error for a name that no profile has. */
    UsageError unknown(String name, String where, ProfileFile file) {
        String hint = EditDistance.nearest(name, file.profiles().keySet())
                .map(near -> "did you mean " + near + "? qcmd profile ls shows all")
                .orElse("qcmd profile ls, or qcmd profile add " + Escape.text(name) + " --bus URL");
        return new UsageError("there is no profile '" + name + "' in " + shown(file.place()), where, hint);
    }

    /** A path as people write it: with ~ for the home directory. */
    String shown(@Nullable Path path) {
        String home = environment.getOrDefault("HOME", "");
        String text = path == null ? "a file: neither HOME nor XDG_CONFIG_HOME is set" : path.toString();
        return home.length() > 1 && text.startsWith(home + "/") ? "~" + text.substring(home.length()) : text;
    }
}
