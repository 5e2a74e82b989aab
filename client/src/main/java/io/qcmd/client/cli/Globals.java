package io.qcmd.client.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every verb has. */
final class Globals {
    /** How results look. */
    enum Format {
        PLAIN,
        /** Lists have more columns. */
        WIDE,
        /** Of lists the names alone. */
        NAME,
        JSON,
        JSONL
    }

    @Option(
            names = {"-p", "--profile"},
            paramLabel = "PROFILE",
            scope = ScopeType.INHERIT,
            description = "What to know about the bus: see qcmd profile ls. Else QCMD_PROFILE, the current one.")
    private @Nullable String profile;

    @Option(
            names = "--bus",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description =
                    "rsocket://host:port or rsocket+unix:/path; else QCMD_BUS, the profile, the demo, the local socket.")
    private @Nullable String bus;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "plain, wide, name (lists only), json (one document) or jsonl (one event per line).")
    private Format format = Format.PLAIN;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Only results and errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say more on stderr: the bus; -vv: where every setting is from.")
    private boolean @Nullable [] verbose;

    @Option(names = "--yes", scope = ScopeType.INHERIT, description = "Take every question for answered with yes.")
    private boolean yes;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            description = "How long making a connection may take, 5s by default.")
    private Duration connectTimeout = Duration.ofSeconds(5);

    /** Where the values are from that were not typed. */
    private Settings settings = Settings.NONE;

    @Nullable
    String profile() {
        return profile;
    }

    @Nullable
    String bus() {
        return bus;
    }

    Format format() {
        return format;
    }

    /** For people, and not for programs. */
    boolean isText() {
        return format != Format.JSON && format != Format.JSONL;
    }

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbosity() > 0;
    }

    /** How often {@code -v} was said. */
    int verbosity() {
        return verbose == null ? 0 : verbose.length;
    }

    boolean yes() {
        return yes;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Settings settings() {
        return settings;
    }

    void settings(Settings found) {
        settings = found;
    }
}
