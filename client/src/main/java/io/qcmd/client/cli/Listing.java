package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;

/**
 * A list of things as a table, as their names, as one JSON array or as JSON lines. A last column in which nothing stands is left out of the table.
 *
 * @param name what one of them is called in JSON lines
 * @param columns the heads of the table; the first is the name
 * @param giving those of them that give way where a row has no room on the terminal
 */
record Listing<T>(String name, List<String> columns, Set<String> giving, Row<T> row, Json.Shape<T> shape) {
    /** The cells of one thing, already escaped. */
    @FunctionalInterface
    interface Row<T> {
        List<String> cells(T thing);
    }

    Listing(String name, List<String> columns, Row<T> row, Json.Shape<T> shape) {
        this(name, columns, Set.of(), row, shape);
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
            case PLAIN -> table(all, giving, console);
            case WIDE, TABLE -> table(all, Set.of(), console);
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

    private long table(Flux<T> things, Set<String> cut, Console console) {
        List<List<String>> rows = new ArrayList<>();
        long count = Calls.each(things, thing -> rows.add(row.cells(thing)));
        Table.print(columns, cut, rows, console);
        return count;
    }
}
