package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Many names in few words, which are targets again: {@code web01 web02 web03 db1} are {@code db1 web[01-03]}. */
final class FoldedNames {
    /** The last number of a name; longer ones are no numbers to the bus. */
    private static final Pattern NUMBERED = Pattern.compile("(.*?)([0-9]{1,18})([^0-9]*)");

    /** A run of numbers, as they are written. */
    private record Range(String first, String last) {
        boolean goesOnWith(String next) {
            String digits = Long.toString(Long.parseLong(last) + 1);
            int width = first.startsWith("0") ? first.length() : 0;
            return next.equals("0".repeat(Math.max(0, width - digits.length())) + digits);
        }

        @Override
        public String toString() {
            return first.equals(last) ? first : first + "-" + last;
        }
    }

    private record Family(String before, String after) implements Comparable<Family> {
        @Override
        public int compareTo(Family other) {
            int order = before.compareTo(other.before);
            return order == 0 ? after.compareTo(other.after) : order;
        }
    }

    private FoldedNames() {}

    /** Sorted; each name is in exactly one word. */
    static List<String> of(List<String> names) {
        TreeMap<Family, List<String>> families = new TreeMap<>();
        List<String> words = new ArrayList<>();
        for (String name : names) {
            Matcher parts = NUMBERED.matcher(name);
            if (parts.matches()) {
                Family family = new Family(parts.group(1), parts.group(3));
                families.computeIfAbsent(family, none -> new ArrayList<>()).add(parts.group(2));
            } else {
                words.add(name);
            }
        }
        families.forEach((family, numbers) -> words.add(word(family, numbers)));
        words.sort(null);
        return words;
    }

    private static String word(Family family, List<String> numbers) {
        numbers.sort(Comparator.<String>comparingLong(Long::parseLong).thenComparing(Comparator.naturalOrder()));
        List<Range> ranges = new ArrayList<>();
        for (String number : numbers) {
            int end = ranges.size() - 1;
            if (end >= 0 && ranges.get(end).goesOnWith(number)) {
                ranges.set(end, new Range(ranges.get(end).first(), number));
            } else {
                ranges.add(new Range(number, number));
            }
        }
        // One number in brackets could be a class of digits as well.
        String inside = numbers.size() == 1
                ? numbers.get(0)
                : "[" + String.join(",", ranges.stream().map(Range::toString).toList()) + "]";
        return family.before() + inside + family.after();
    }
}
