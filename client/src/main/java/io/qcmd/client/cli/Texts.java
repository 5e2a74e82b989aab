package io.qcmd.client.cli;

import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How numbers, times, commands and states read on a screen. */
final class Texts {
    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

    private Texts() {}

    /** 20,037. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** 3 minions. */
    static String minions(long number) {
        return count(number) + (number == 1 ? " minion" : " minions");
    }

    /** 512 B, 1.5 KiB, 20.0 GiB. */
    static String bytes(long number) {
        double size = number;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.size() - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? number + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
    }

    /** 0.21 s, 12.3 s, 135 s, then minutes, hours and days. */
    static String duration(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        if (seconds < 100) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return seconds < 600 ? time.toSeconds() + " s" : coarse(time);
    }

    /** 40s, 9m, 3h, 12d: for columns. */
    static String coarse(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
    }

    /** ISO 8601, to the second. */
    static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** A command as one would type it, escaped. */
    static String command(Command command) {
        return Escape.text(
                switch (command.kind()) {
                    case SHELL -> "sh -c " + quoted(command.argv().get(0));
                    case EXEC -> words(command.argv());
                    case SCRIPT -> "script of " + count(command.script().size()) + " bytes " + words(command.argv());
                });
    }

    private static String words(List<String> argv) {
        return argv.stream().map(Texts::word).collect(Collectors.joining(" "));
    }

    /** A word as a shell reads it back. */
    static String word(String word) {
        return PLAIN_WORD.matcher(word).matches() ? word : quoted(word);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** dc=bj role=web. */
    static String pairs(Map<String, String> entries) {
        return new TreeMap<>(entries)
                .entrySet().stream()
                        .map(entry -> Escape.text(entry.getKey() + "=" + entry.getValue()))
                        .collect(Collectors.joining(" "));
    }

    /** timed out. */
    static String state(TargetState state) {
        return switch (state) {
            case SUCCEEDED -> "ok";
            default -> state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    /** ✓ exit 0, ✗ another exit, ? no exit status. */
    static String symbol(TargetResult result) {
        if (result instanceof TargetResult.Succeeded) {
            return "✓";
        }
        return result instanceof TargetResult.Failed ? "✗" : "?";
    }

    /** How its symbol is shown. */
    static Console.Style style(TargetResult result) {
        if (result instanceof TargetResult.Succeeded) {
            return Console.Style.GOOD;
        }
        return result instanceof TargetResult.Failed ? Console.Style.BAD : Console.Style.UNKNOWN;
    }

    /** How long it ran; null: nobody knows, or it never did. */
    static @Nullable Duration took(TargetResult result) {
        if (result instanceof TargetResult.Succeeded end) {
            return end.took();
        } else if (result instanceof TargetResult.Failed end) {
            return end.took();
        } else if (result instanceof TargetResult.TimedOut end) {
            return end.took();
        }
        return result instanceof TargetResult.Terminated end ? end.took() : null;
    }

    /** What a target without exit 0 came to: {@code exit 3}, or state, executed and reason. */
    static String end(TargetResult result) {
        if (result instanceof TargetResult.Succeeded) {
            return "ok";
        }
        if (result instanceof TargetResult.Failed failed) {
            return "exit " + failed.exitCode();
        }
        String executed = result.executed().name().toLowerCase(Locale.ROOT);
        String reason = result.reason().isEmpty() ? "" : " · " + Escape.text(result.reason());
        return result.state() + " · executed " + executed + reason;
    }
}
