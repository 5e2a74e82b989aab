package io.qcmd.protocol.config;

import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole number with its unit: {@code 10s}, {@code 256KiB}. A number without a unit is no quantity: nobody has to guess. */
enum Scale {
    /** In milliseconds. */
    TIME("500ms, 10s, 5m or 1h", Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L)),
    /** In bytes; powers of 1,024 only. */
    SIZE("512B, 256KiB, 1MiB or 1GiB", Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30));

    // Nine digits of the largest unit are far from the end of a long.
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([A-Za-z]{1,3})");

    private final String examples;
    private final Map<String, Long> units;

    Scale(String examples, Map<String, Long> units) {
        this.examples = examples;
        this.units = units;
    }

    String examples() {
        return examples;
    }

    /** The quantity in the smallest unit, or empty if the text is none. */
    OptionalLong parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || !units.containsKey(form.group(2))) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(form.group(1)) * units.getOrDefault(form.group(2), 0L));
    }
}
