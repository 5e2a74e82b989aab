package io.qcmd.client.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How many targets must have come to no good before the exit code says so; what came to no good is all that did not succeed, and what was asked for by name and left out.
 *
 * @param percent of all; 0: one is enough
 */
record FailOn(int percent) {
    static final FailOn ANY = new FailOn(0);

    /** More than there are. */
    private static final FailOn NEVER = new FailOn(101);

    boolean isReached(int bad, int all) {
        return bad > 0 && bad * 100L >= (long) percent * all;
    }

    /** Not the JVM's: see {@link Globals.Output#toString}. */
    @Override
    public String toString() {
        return percent + "%";
    }

    /** Reads any, all, never and 5%. */
    static final class Words implements ITypeConverter<FailOn> {
        @Override
        public FailOn convert(String text) {
            return switch (text) {
                case "any" -> ANY;
                case "all" -> new FailOn(100);
                case "never" -> NEVER;
                default -> percent(text);
            };
        }

        private static FailOn percent(String text) {
            int number = text.matches("[0-9]{1,3}%") ? Integer.parseInt(text.substring(0, text.length() - 1)) : 0;
            if (number < 1 || number > 100) {
                throw new TypeConversionException("'" + text + "': use any, all, never, or 1% to 100%");
            }
            return new FailOn(number);
        }
    }
}
