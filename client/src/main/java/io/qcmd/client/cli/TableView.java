package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One row per minion when all is over: state, exit code, time and the first line of its output; wide: sizes and reasons too. */
final class TableView implements JobView {
    private static final int LONGEST = 60;

    private final Console console;
    private final boolean wide;
    private final Map<String, List<String>> rows = new TreeMap<>();

    TableView(Console console, boolean wide) {
        this.console = console;
        this.wide = wide;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Ended end) {
            rows.put(end.result().minion(), cells(end.result()));
        }
    }

    @Override
    public void end(JobOutcome outcome) {
        List<String> columns = wide
                ? List.of("MINION", "STATE", "EXIT", "TIME", "EXECUTED", "STDOUT", "STDERR", "REASON", "OUTPUT")
                : List.of("MINION", "STATE", "EXIT", "TIME", "OUTPUT");
        Table.print(columns, Set.of(), List.copyOf(rows.values()), console);
        console.flush();
    }

    private List<String> cells(TargetResult result) {
        Duration took = Texts.took(result);
        List<String> cells = new ArrayList<>(List.of(
                result.minion(), Texts.state(result.state()), exit(result), took == null ? "-" : Texts.duration(took)));
        if (wide) {
            cells.add(result.executed().name().toLowerCase(Locale.ROOT));
            cells.add(Texts.bytes(result.output().stdoutBytes()));
            cells.add(Texts.bytes(result.output().stderrBytes()));
            cells.add(Width.cut(Escape.text(result.reason()), LONGEST));
        }
        Bytes shown = result.output().stdout().isEmpty()
                ? result.output().stderr()
                : result.output().stdout();
        cells.add(Width.cut(firstLine(shown), LONGEST) + (result.output().truncated() ? " (truncated)" : ""));
        return cells;
    }

    private static String exit(TargetResult result) {
        if (result instanceof TargetResult.Failed failed) {
            return String.valueOf(failed.exitCode());
        }
        return result instanceof TargetResult.Succeeded ? "0" : "-";
    }

    private static String firstLine(Bytes bytes) {
        byte[] all = bytes.toArray();
        int end = 0;
        while (end < all.length && all[end] != '\n') {
            end++;
        }
        return Escape.text(Arrays.copyOf(all, end)).replace('\t', ' ');
    }
}
