package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows under their heads. A terminal that breaks them makes them unreadable: there some columns may give way. */
final class Table {
    /** What a column keeps that gives way, or its head. */
    private static final int LEAST = 8;

    private static final String GAP = "  ";

    private final List<String> heads;
    private final int[] widths;

    private Table(List<String> heads, List<List<String>> rows) {
        this.heads = heads;
        widths = IntStream.range(0, heads.size())
                .map(column -> Math.max(
                        Width.of(heads.get(column)),
                        rows.stream()
                                .mapToInt(cells -> Width.of(cells.get(column)))
                                .max()
                                .orElse(0)))
                .toArray();
    }

    /**
     * Prints them. A last column in which nothing stands is left out.
     *
     * @param giving the heads of those that give way on a terminal, the widest first; where that is not enough, the last column is left out
     */
    static void print(List<String> columns, Set<String> giving, List<List<String>> rows, Console console) {
        int room = giving.isEmpty() || !console.isTerminal()
                ? Integer.MAX_VALUE
                : console.window().columns();
        Table table = fitting(columns, giving, rows, room);
        table.line(table.heads, console);
        for (List<String> cells : rows) {
            table.line(cells, console);
        }
    }

    private static Table fitting(List<String> columns, Set<String> giving, List<List<String>> rows, int room) {
        int last = columns.size() - 1;
        boolean isEmpty = rows.stream().allMatch(cells -> cells.get(last).isEmpty());
        Table whole = new Table(columns, rows);
        if (!isEmpty && whole.fits(room, giving)) {
            return whole;
        }
        Table less = new Table(columns.subList(0, last), rows);
        less.fits(room, giving);
        return less;
    }

    /** Makes these columns narrower as long as a row has no room; whether it has. */
    private boolean fits(int room, Set<String> giving) {
        List<Integer> columns = new ArrayList<>(IntStream.range(0, heads.size())
                .filter(column -> giving.contains(heads.get(column)))
                .boxed()
                .toList());
        int over = IntStream.of(widths).sum() + GAP.length() * (widths.length - 1) - room;
        while (over > 0) {
            Optional<Integer> widest = columns.stream()
                    .filter(column -> widths[column] > Math.max(LEAST, Width.of(heads.get(column))))
                    .max(Comparator.comparingInt(column -> widths[column]));
            if (widest.isEmpty()) {
                return false;
            }
            widths[widest.get()]--;
            over--;
        }
        return true;
    }

    private void line(List<String> cells, Console console) {
        console.print(IntStream.range(0, widths.length)
                .mapToObj(i -> Width.pad(Width.cut(cells.get(i), widths[i]), widths[i]))
                .collect(Collectors.joining(GAP))
                .stripTrailing());
    }
}
