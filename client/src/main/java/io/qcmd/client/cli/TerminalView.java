package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Output;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * For eyes: a short command is one line, {@code ✓ web1   line}, shown when it ends. The lines of a command that lasts are shown while it runs, and its end after
 * them: no line is held back for longer than 300 ms or beside a hundred others.
 */
final class TerminalView implements JobView {
    private static final int HELD_LINES = 100;
    private static final long HELD_MILLIS = 300;

    private final Console console;
    private final Clock clock;
    private final Lines lines = new Lines();
    private final Map<String, Held> held = new HashMap<>();
    private final Set<String> live = new HashSet<>();
    private int width = 4;

    private record Held(long since, List<Lines.Line> lines) {}

    TerminalView(Console console, Clock clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Printed printed) {
            lines.add(printed.chunk()).forEach(this::add);
        } else if (event instanceof JobEvent.Ended end) {
            lines.end(end.result().minion()).forEach(this::add);
            end(end.result(), end.late());
        } else if (event instanceof JobEvent.Progressed) {
            console.flush();
        }
    }

    @Override
    public void tick() {
        long now = clock.millis();
        List<String> waited = held.entrySet().stream()
                .filter(entry -> now - entry.getValue().since >= HELD_MILLIS)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!waited.isEmpty()) {
            waited.forEach(this::goLive);
            console.flush();
        }
    }

    private void add(Lines.Line line) {
        if (live.contains(line.minion())) {
            row(" ", line.minion(), line);
            return;
        }
        Held waiting = held.computeIfAbsent(line.minion(), any -> new Held(clock.millis(), new ArrayList<>()));
        waiting.lines.add(line);
        if (waiting.lines.size() > HELD_LINES) {
            goLive(line.minion());
        }
    }

    private void goLive(String minion) {
        live.add(minion);
        Held waiting = held.remove(minion);
        if (waiting != null) {
            waiting.lines.forEach(line -> row(" ", minion, line));
        }
    }

    private void end(TargetResult result, boolean late) {
        String minion = result.minion();
        Held known = held.remove(minion);
        List<Lines.Line> waiting = known == null ? List.of() : known.lines;
        boolean ok = result instanceof TargetResult.Succeeded;
        String symbol = console.paint(Texts.style(result), Texts.symbol(result));
        boolean lasted = live.remove(minion);
        if (ok && !lasted && !waiting.isEmpty()) {
            row(symbol, minion, waiting.get(0));
            waiting = waiting.subList(1, waiting.size());
        } else {
            row(symbol, minion, ' ', Texts.end(result) + (late ? " · late" : ""));
        }
        waiting.forEach(line -> row(" ", "", line));
    }

    private void row(String symbol, String minion, Lines.Line line) {
        row(symbol, minion, line.stream() == Output.Stream.STDERR ? '!' : ' ', line.text());
    }

    private void row(String symbol, String minion, char mark, String text) {
        width = Math.max(width, minion.length());
        console.print((symbol + " " + minion + " ".repeat(width - minion.length()) + " " + mark + " " + text)
                .stripTrailing());
    }

    @Override
    public void end(JobOutcome outcome) {
        console.flush();
    }
}
