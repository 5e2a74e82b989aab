package io.qcmd.client.profile;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the environment and the profile in use say. A profile that was asked for stands above the environment, so that nobody who asks for a test bus reaches
 * the one of QCMD_BUS; a profile that QCMD_PROFILE or the file itself names stands below. Immutable.
 *
 * @param profile the name of the profile in use; null: none
 */
public record Given(Map<Setting, Value> values, @Nullable Value profile) {
    public static final Given NOTHING = new Given(Map.of(), null);

    /**
     * A value and who gave it.
     *
     * @param origin for people: where it is from
     */
    public record Value(String text, String origin) {}

    public Given {
        values = values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /**
     * Reads the profiles. CONFIG_INVALID; a profile that the file does not have: {@link NoSuchProfile}.
     *
     * @param asked the profile that is asked for; null: the usual one
     */
    public static Given find(Map<String, String> environment, @Nullable Value asked) {
        ProfileFile file = ProfileFile.read(ProfileFile.place(environment));
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        if (asked == null) {
            addEnvironment(environment, values);
        }
        Value profile = asked == null ? usual(environment, file) : asked;
        if (profile != null) {
            String origin = "profile '" + profile.text() + "' from " + ProfileFile.shown(file.place(), environment);
            chosen(profile, file, environment)
                    .forEach((setting, text) -> values.putIfAbsent(setting, new Value(text, origin)));
        }
        addEnvironment(environment, values);
        return new Given(values, profile);
    }

    /** A setting that is a time; empty: nobody gave it. No time: CONFIG_INVALID. */
    public Optional<Duration> time(Setting setting) {
        Value value = values.get(setting);
        return value == null
                ? Optional.empty()
                : Optional.of(Times.read(value.text()).orElseThrow(() -> invalid(setting, value)));
    }

    private static QcmdException invalid(Setting setting, Value value) {
        return new QcmdException(
                ErrorCode.CONFIG_INVALID,
                setting.key() + " " + Quoted.of(value.text()) + ", " + value.origin() + ": is no time",
                "use " + Times.EXAMPLES);
    }

    private static void addEnvironment(Map<String, String> environment, Map<Setting, Value> values) {
        for (Setting setting : Setting.values()) {
            String text = setting.variable() == null ? "" : environment.getOrDefault(setting.variable(), "");
            if (!text.isEmpty()) {
                values.putIfAbsent(setting, new Value(text, "from " + setting.variable()));
            }
        }
    }

    private static @Nullable Value usual(Map<String, String> environment, ProfileFile file) {
        String variable = environment.getOrDefault("QCMD_PROFILE", "");
        if (!variable.isEmpty()) {
            return new Value(variable, "from QCMD_PROFILE");
        } else if (file.current() != null) {
            return new Value(file.current(), "current in " + ProfileFile.shown(file.place(), environment));
        }
        return file.profiles().containsKey(ProfileFile.DEFAULT) ? new Value(ProfileFile.DEFAULT, "by its name") : null;
    }

    private static Map<Setting, String> chosen(Value profile, ProfileFile file, Map<String, String> environment) {
        Map<Setting, String> values = file.profiles().get(profile.text());
        if (values == null) {
            throw new NoSuchProfile(profile, file, environment);
        }
        return values;
    }
}
