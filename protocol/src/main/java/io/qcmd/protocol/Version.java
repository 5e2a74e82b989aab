package io.qcmd.protocol;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The release that all parts of this program belong to, and the order of releases: dotted numbers, compared one by one. */
public final class Version {
    /** As the build wrote it into the jar; {@code dev} outside of one. */
    public static final String CURRENT =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");

    private static final String NUMBERS = "[0-9]{1,9}(\\.[0-9]{1,9}){0,7}";
    private static final Pattern DOTTED = Pattern.compile(NUMBERS);
    /** What follows behind the numbers, as in {@code 1.2.0-SNAPSHOT}, is no part of the order. */
    private static final Pattern BEGINNING = Pattern.compile("(" + NUMBERS + ").*", Pattern.DOTALL);

    private Version() {}

    /** Whether it is dotted numbers and nothing else: {@code 1.2.0}. */
    public static boolean isDotted(String version) {
        return DOTTED.matcher(version).matches();
    }

    /**
     * Whether a release came before another one. What does not begin with a number ({@code dev}) is somebody's own build, and no older than anything.
     *
     * @param than dotted numbers
     */
    public static boolean isOlder(String version, String than) {
        Matcher beginning = BEGINNING.matcher(version);
        return beginning.matches() && compare(beginning.group(1).split("\\."), than.split("\\.")) < 0;
    }

    /** A number that is not there is 0. */
    private static int compare(String[] one, String[] other) {
        for (int i = 0; i < Math.max(one.length, other.length); i++) {
            int order = Integer.compare(number(one, i), number(other, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int number(String[] numbers, int index) {
        return index < numbers.length ? Integer.parseInt(numbers[index]) : 0;
    }
}
