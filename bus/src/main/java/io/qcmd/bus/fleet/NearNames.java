package io.qcmd.bus.fleet;

import io.qcmd.protocol.EditDistance;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was perhaps meant by a target that nobody matched. Compares stems, the part of a name before its first digit: a fleet has few of them, so that 100,000
 * minions cost one pass and some dozens of comparisons.
 */
final class NearNames {
    private static final int SHOWN = 3;
    private static final int MOST_TERMS = 4;

    /** A stem that is in use, and how far it is from the typed one. */
    private record Candidate(String stem, int distance) {}

    private NearNames() {}

    /** At most three, nearest first: ids, or globs with the number of minions they match. */
    static List<String> of(Stream<String> names, Roster known) {
        Set<String> stems = new HashSet<>();
        for (int i = 0; i < known.size(); i++) {
            stems.add(stem(known.id(i)));
        }
        Set<String> near = new LinkedHashSet<>();
        names.limit(MOST_TERMS).flatMap(term -> near(term, stems, known)).forEach(near::add);
        return near.stream().limit(SHOWN).toList();
    }

    private static Stream<String> near(String term, Set<String> stems, Roster known) {
        String typed = stem(term);
        int most = typed.length() < 2 ? 0 : typed.length() < 5 ? 1 : 2;
        return stems.stream()
                .filter(stem -> !stem.isEmpty())
                .map(stem -> new Candidate(stem, distance(typed, stem, most)))
                .filter(candidate -> candidate.distance() <= most + 1)
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::stem))
                .limit(SHOWN)
                .map(candidate -> shown(candidate.stem() + term.substring(typed.length()), candidate.stem(), known));
    }

    /** A known stem that the typed one only makes longer comes last. */
    private static int distance(String typed, String stem, int most) {
        int distance = EditDistance.of(typed, stem, most);
        if (distance <= most) {
            return distance;
        }
        return stem.length() > 2 && typed.startsWith(stem) ? most + 1 : most + 2;
    }

    /** The typed name with its stem set right, if there is such a minion; else all that start with the stem. */
    private static String shown(String mended, String stem, Roster known) {
        int first = known.from(stem);
        int family = known.from(stem + '\uffff') - first;
        boolean isMended = known.find(mended) >= 0;
        if (isMended || family == 1) {
            return isMended ? mended : known.id(first);
        }
        return String.format(Locale.ROOT, "%s* (%,d)", stem, family);
    }

    private static String stem(String name) {
        int end = 0;
        while (end < name.length() && "0123456789*?[".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        return name.substring(0, end);
    }
}
