package io.qcmd.client.cli;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A set of numbers as they are written, of at most 18 digits: 7, 07 and 007 are three. Kept as runs, and apart by their count of digits: among numbers of one length
 * zeros in front make no difference. Not thread-safe.
 */
final class Numbers {
    private static final int LONGEST = 18;

    /** By length, the last number of each run by its first. */
    private final TreeMap<Integer, TreeMap<Long, Long>> runs = new TreeMap<>();

    private record Run(String first, String last) {
        @Override
        public String toString() {
            return first.equals(last) ? first : first + "-" + last;
        }
    }

    /** False: it was there. */
    boolean add(String number) {
        TreeMap<Long, Long> alike = runs.computeIfAbsent(number.length(), any -> new TreeMap<>());
        long value = Long.parseLong(number);
        Map.Entry<Long, Long> before = alike.floorEntry(value);
        if (before != null && before.getValue() >= value) {
            return false;
        }
        Long end = alike.remove(value + 1);
        long last = end == null ? value : end;
        boolean goesOn = before != null && before.getValue() == value - 1;
        alike.put(goesOn ? before.getKey() : value, last);
        return true;
    }

    /** False: it was not there. */
    boolean remove(String number) {
        TreeMap<Long, Long> alike = runs.getOrDefault(number.length(), new TreeMap<>());
        long value = Long.parseLong(number);
        Map.Entry<Long, Long> run = alike.floorEntry(value);
        if (run == null || run.getValue() < value) {
            return false;
        }
        alike.remove(run.getKey());
        if (run.getKey() < value) {
            alike.put(run.getKey(), value - 1);
        }
        if (run.getValue() > value) {
            alike.put(value + 1, run.getValue());
        }
        return true;
    }

    boolean isEmpty() {
        return runs.values().stream().allMatch(Map::isEmpty);
    }

    /** {@code 7}, or {@code [1-3,7]}: one number in brackets could be a class of digits as well. */
    String folded() {
        Set<Run> all = joined();
        Run only = all.iterator().next();
        return all.size() == 1 && only.first.equals(only.last)
                ? only.first
                : all.stream().map(Run::toString).collect(Collectors.joining(",", "[", "]"));
    }

    /** 8-9 and 10-12 are 8-12, and 08-99 and 100 are 08-100. */
    private Set<Run> joined() {
        Set<Run> all = new LinkedHashSet<>();
        Map<String, Run> untilTheLastOfItsLength = new HashMap<>();
        runs.forEach((length, alike) -> alike.forEach((first, last) -> {
            Run run = new Run(written(first, length), written(last, length));
            Run shorter = untilTheLastOfItsLength.remove(run.first);
            if (shorter != null) {
                all.remove(shorter);
                run = new Run(shorter.first, run.last);
            }
            all.add(run);
            if (length < LONGEST && run.last.equals("9".repeat(length))) {
                untilTheLastOfItsLength.put("1" + "0".repeat(length), run);
            }
        }));
        return all;
    }

    private static String written(long value, int length) {
        String digits = Long.toString(value);
        return "0".repeat(length - digits.length()) + digits;
    }
}
