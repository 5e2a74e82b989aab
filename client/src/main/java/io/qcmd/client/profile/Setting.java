package io.qcmd.client.profile;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may stand in a profile. */
public enum Setting {
    /** By default the demo beside the launcher, else the local socket. */
    BUS("--bus", "QCMD_BUS", ""),
    OUTPUT("--output", "QCMD_OUTPUT", "plain"),
    /** Of the command on each minion. */
    TIMEOUT("--timeout", "QCMD_TIMEOUT", "60s"),
    INTERRUPT("--on-interrupt", null, "ask"),
    CONNECT_TIMEOUT("--connect-timeout", null, "5s");

    private final String option;
    private final @Nullable String variable;
    private final String fallback;

    Setting(String option, @Nullable String variable, String fallback) {
        this.option = option;
        this.variable = variable;
        this.fallback = fallback;
    }

    /** Its name in a profile. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The option that says the same for one call. */
    public String option() {
        return option;
    }

    /** The environment variable that stands above a profile; null: there is none. */
    public @Nullable String variable() {
        return variable;
    }

    /** What holds when nobody says anything, for people. */
    public String fallback() {
        return fallback;
    }
}
