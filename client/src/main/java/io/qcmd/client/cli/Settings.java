package io.qcmd.client.cli;

import io.qcmd.client.profile.Given;
import io.qcmd.client.profile.NoSuchProfile;
import io.qcmd.client.profile.ProfileFile;
import io.qcmd.client.profile.Setting;
import io.qcmd.protocol.QcmdException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What options get that were not typed: {@link Given} by the environment and the profiles, which are read when the first option asks. For one thread. */
final class Settings implements IDefaultValueProvider {

    private final Map<String, String> environment;
    private final Supplier<@Nullable String> named;
    private @Nullable Given found;
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
        Given.Value value = setting == null ? null : given().get(setting);
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
    Map<Setting, Given.Value> given() {
        return found().values();
    }

    /** Throws what is wrong with the profiles: {@link QcmdException} or {@link UsageError}. */
    void check() {
        found();
        if (problem != null) {
            throw problem;
        }
    }

    /** The name of the profile in use; null: none. */
    Given.@Nullable Value chosen() {
        return found().profile();
    }

    private Given found() {
        if (found == null) {
            found = Given.NOTHING;
            try {
                String typed = named.get();
                found = Given.find(environment, typed == null ? null : new Given.Value(typed, "from --profile"));
            } catch (NoSuchProfile e) {
                problem = usage(e);
            } catch (QcmdException e) {
                problem = e;
            }
        }
        return found;
    }

    /** Where the value is from that an option has: what nobody else gave was typed. */
    String origin(Setting setting, String used) {
        Given.Value value = given().get(setting);
        return value != null && value.text().equals(used) ? value.origin() : "from " + setting.option();
    }

    /** The error for a name that no profile has. */
    UsageError unknown(String name, ProfileFile file) {
        return usage(new NoSuchProfile(new Given.Value(name, ""), file, environment));
    }

    private static UsageError usage(NoSuchProfile error) {
        return new UsageError(String.valueOf(error.getMessage()), error.origin(), error.hint());
    }

    /** A path as people write it: with ~ for the home directory. */
    String shown(@Nullable Path path) {
        return ProfileFile.shown(path, environment);
    }
}
