package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;

/**
 * A list of things as a table, as their names, as one JSON array or as JSON lines. A last column in which nothing stands is left out of the table.
 *
 * @param name what one of them is called in JSON lines
 * @param columns the heads of the table; the first is the name
 */
record Listing<T>(String name, List<String> columns, Row<T> row, Json.Shape<T> shape) {
    /** The cells of one thing, already escaped. */
    @FunctionalInterface
    interface Row<T> {
        List<String> cells(T thing);
    }

    /** Prints them all, and keeps their names for the TAB key; how many there were. */
    long print(Flux<T> things, Session session) {
        Console console = session.console();
        Names names = new Names(session.environment(), name);
        Flux<T> all = things.doOnNext(thing -> {
            if (names.wantsMore()) {
                names.see(row.cells(thing).get(0));
            }
        });
        long count = switch (session.globals().format()) {
            case PLAIN, WIDE, TABLE -> table(all, console);
            case NAME -> Calls.each(all, thing -> console.print(row.cells(thing).get(0)));
            case JSON -> array(all, console);
            case JSONL -> lines(all, console);
            case YAML -> Calls.each(all, thing -> console.json(out -> shape.write(thing, out)));
            case RAW, DIR ->
                throw new UsageError("-o raw and -o dir=DIR are of a job, and this is a list", "-o json, yaml or name");
        };
        console.flush();
        names.keep();
        return count;
    }

    private long array(Flux<T> things, Console console) {
        String[] separator = {"["};
        long count = Calls.each(things, thing -> {
            console.print(separator[0]);
            console.json(out -> shape.write(thing, out));
            separator[0] = ",";
        });
        console.print(count == 0 ? "[]" : "]");
        return count;
    }

    private long lines(Flux<T> things, Console console) {
        return Calls.each(things, thing -> {
            console.json(out -> {
                out.writeStringField("type", name);
                shape.write(thing, out);
            });
            console.flush();
        });
    }

    private long table(Flux<T> things, Console console) {
        List<List<String>> rows = new ArrayList<>();
        long count = Calls.each(things, thing -> rows.add(row.cells(thing)));
        table(columns, rows, console);
        return count;
    }

    /** Rows under their heads; a last column in which nothing stands is left out. */
    static void table(List<String> columns, List<List<String>> rows, Console console) {
        int last = columns.size() - 1;
        boolean isEmpty = rows.stream().allMatch(cells -> cells.get(last).isEmpty());
        List<String> heads = isEmpty ? columns.subList(0, last) : columns;
        int[] widths = IntStream.range(0, heads.size())
                .map(column -> Math.max(
                        Width.of(heads.get(column)),
                        rows.stream()
                                .mapToInt(cells -> Width.of(cells.get(column)))
                                .max()
                                .orElse(0)))
                .toArray();
        line(heads, widths, console);
        rows.forEach(cells -> line(cells, widths, console));
    }

    private static void line(List<String> cells, int[] widths, Console console) {
        console.print(IntStream.range(0, widths.length)
                .mapToObj(i -> Width.pad(cells.get(i), widths[i]))
                .collect(Collectors.joining("  "))
                .stripTrailing());
    }
}
