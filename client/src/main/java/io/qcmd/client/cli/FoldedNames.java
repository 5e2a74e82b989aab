package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of names in few words, which are targets again: {@code web01 web02 web03 db1} are {@code db1 web[01-03]}, and {@code r1n1 r1n2 r2n1 r2n2} are
 * {@code r[1-2]n[1-2]}. The last number of a name is kept as a range while names come, so that 20,000 names of one family are a few dozen bytes; the numbers before it
 * are folded when the words are asked for. Not thread-safe.
 */
final class FoldedNames {
    /** The last number of a text; longer ones are no numbers to the bus. */
    private static final Pattern NUMBERED = Pattern.compile("(.*?)([0-9]{1,18})([^0-9]*)");

    /** The most brackets that the bus reads in one word. */
    private static final int MOST_BRACKETS = 8;

    private final TreeMap<Family, Numbers> families = new TreeMap<>();
    private final TreeSet<String> plain = new TreeSet<>();
    private int size;

    /** What stands around a number. */
    private record Family(String before, String after) implements Comparable<Family> {
        @Override
        public int compareTo(Family other) {
            int order = before.compareTo(other.before);
            return order == 0 ? after.compareTo(other.after) : order;
        }
    }

    /** The words of these names; sorted, and each name is in exactly one of them. */
    static List<String> of(List<String> names) {
        FoldedNames folded = new FoldedNames();
        names.forEach(folded::add);
        return folded.words();
    }

    /** A name that is there already changes nothing. */
    void add(String name) {
        Matcher parts = NUMBERED.matcher(name);
        boolean isNew = parts.matches()
                ? families.computeIfAbsent(new Family(parts.group(1), parts.group(3)), any -> new Numbers())
                        .add(parts.group(2))
                : plain.add(name);
        size += isNew ? 1 : 0;
    }

    /** A name that is not there changes nothing. */
    void remove(String name) {
        Matcher parts = NUMBERED.matcher(name);
        boolean wasThere;
        if (parts.matches()) {
            Family family = new Family(parts.group(1), parts.group(3));
            Numbers numbers = families.get(family);
            wasThere = numbers != null && numbers.remove(parts.group(2));
            if (wasThere && numbers != null && numbers.isEmpty()) {
                families.remove(family);
            }
        } else {
            wasThere = plain.remove(name);
        }
        size -= wasThere ? 1 : 0;
    }

    int size() {
        return size;
    }

    /** Sorted; each name is in exactly one of them. */
    List<String> words() {
        List<String> done = new ArrayList<>(plain);
        // From the right to the left: what is behind a number is folded already, and equal for all that fold it.
        Map<String, List<String>> headsByTail = headsByTail(families, "", new HashMap<>());
        while (!headsByTail.isEmpty()) {
            headsByTail = foldedOnce(headsByTail, done);
        }
        done.sort(null);
        return done;
    }

    /** One number further to the left; what has no more goes to {@code done}. */
    private static Map<String, List<String>> foldedOnce(Map<String, List<String>> headsByTail, List<String> done) {
        Map<String, List<String>> next = new HashMap<>();
        headsByTail.forEach((tail, heads) -> {
            TreeMap<Family, Numbers> numbered = new TreeMap<>();
            for (String head : heads) {
                Matcher parts = NUMBERED.matcher(head);
                if (parts.matches() && brackets(tail) < MOST_BRACKETS) {
                    numbered.computeIfAbsent(new Family(parts.group(1), parts.group(3)), any -> new Numbers())
                            .add(parts.group(2));
                } else {
                    done.add(head + tail);
                }
            }
            headsByTail(numbered, tail, next);
        });
        return next;
    }

    private static Map<String, List<String>> headsByTail(
            Map<Family, Numbers> families, String tail, Map<String, List<String>> heads) {
        families.forEach((family, numbers) -> heads.computeIfAbsent(
                        numbers.folded() + family.after() + tail, any -> new ArrayList<>())
                .add(family.before()));
        return heads;
    }

    private static long brackets(String text) {
        return text.chars().filter(c -> c == '[').count();
    }

    /** One target: a list. */
    @Override
    public String toString() {
        return String.join(",", words());
    }
}
