package io.qcmd.client.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

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
        JSONL,
        YAML,
        /** Of a job, one row per minion at the end. */
        TABLE,
        /** Of a job with one minion, the bytes of its stdout. */
        RAW,
        /** Of a job, files in a directory. */
        DIR
    }

    /** When words are coloured. */
    enum Color {
        AUTO,
        ALWAYS,
        NEVER
    }

    /**
     * What {@code -o} says.
     *
     * @param directory of DIR; else null
     */
    record Output(Format format, @Nullable Path directory) {
        static final Output PLAIN = new Output(Format.PLAIN, null);

        /** Picocli asks at each start, and that of a record is made at run time: 20 ms (docs/performance.md). */
        @Override
        public String toString() {
            return directory == null ? format.name() : format + "=" + directory;
        }

        /** Reads json, and dir=DIR. */
        static final class Words implements ITypeConverter<Output> {
            @Override
            public Output convert(String text) {
                if (text.startsWith("dir=") && text.length() > 4) {
                    return new Output(Format.DIR, new PathWords().convert(text.substring(4)));
                }
                for (Format format : Format.values()) {
                    if (format != Format.DIR && format.name().equalsIgnoreCase(text)) {
                        return new Output(format, null);
                    }
                }
                throw new TypeConversionException(
                        "'" + text + "' is no format; use plain, json, jsonl, yaml, table, wide, name, raw or dir=DIR");
            }
        }

        /** For the TAB key. */
        static final class Choices implements Iterable<String> {
            @Override
            public Iterator<String> iterator() {
                return Stream.of(Format.values())
                        .map(format ->
                                format == Format.DIR ? "dir=" : format.name().toLowerCase(Locale.ROOT))
                        .iterator();
            }
        }
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
            converter = Output.Words.class,
            completionCandidates = Output.Choices.class,
            description = "plain, json (one document), jsonl (one event per line), yaml, table, wide, name;"
                    + " of a job also raw (the bytes of one minion) and dir=DIR (a file per minion).")
    private Output output = Output.PLAIN;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            scope = ScopeType.INHERIT,
            description = "auto (by default: on a terminal without NO_COLOR), always or never.")
    private Color color = Color.AUTO;

    @Option(names = "--no-progress", scope = ScopeType.INHERIT, description = "Draw nothing while a job runs.")
    private boolean noProgress;

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
    private Settings settings = new Settings(Map.of(), () -> null);

    @Nullable
    String profile() {
        return profile;
    }

    @Nullable
    String bus() {
        return bus;
    }

    Format format() {
        return output.format();
    }

    Output output() {
        return output;
    }

    /** For people, and not for programs. */
    boolean isText() {
        return format() != Format.JSON && format() != Format.JSONL && format() != Format.YAML;
    }

    /** The formats of one thing that is neither a list nor what a job wrote; the others are refused. */
    void checkPage() {
        if (format() == Format.NAME || format() == Format.RAW || format() == Format.DIR) {
            throw new UsageError(
                    "-o name is of lists, -o raw and -o dir=DIR are of a job's output, and this is neither",
                    "-o json or yaml");
        }
    }

    Color color() {
        return color;
    }

    boolean noProgress() {
        return noProgress;
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
