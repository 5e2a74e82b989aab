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
            names = "--bus",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "rsocket://host:port or rsocket+unix:/path; else QCMD_BUS, the demo, the local socket.")
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
            description = "Say more on stderr.")
    private boolean verbose;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            description = "How long making a connection may take, 5s by default.")
    private Duration connectTimeout = Duration.ofSeconds(5);

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
        return verbose;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }
}
