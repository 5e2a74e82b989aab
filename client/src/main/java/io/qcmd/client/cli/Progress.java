package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes on in a job, on stderr: on a terminal a row that is drawn over again, at most ten times a second and not before a third of a second has passed, what the
 * view shows under it, and which keys there are; elsewhere, if somebody wants it, a line every ten seconds, and one when the bus is away. One thread, but for {@link #pause} and {@link #close}.
 */
final class Progress {
    static final long REDRAW_MILLIS = 100;
    static final long FIRST_MILLIS = 300;
    static final long LINE_MILLIS = 10_000;

    private static final int MOST_ROWS = 10;
    /** The bar, the keys, and two lines of what was there before. */
    private static final int OTHER_ROWS = 4;

    private static final int LONGEST_BAR = 40;
    private static final int SHORTEST_BAR = 5;
    private static final String BUS_LOST = "bus not reachable, trying again";
    /** Of the rate: one second of redraws. */
    private static final int SAMPLES = 11;

    /** How a job is told about while it runs. */
    private enum How {
        DRAWN,
        LINES,
        NOT
    }

    private final Session session;
    private final Console console;
    private final Clock clock;
    private final Tally tally;
    private final OnInterrupt onInterrupt;
    private final How how;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long begun;
    private long told;
    private int targets;
    private Counts counts = new Counts(Map.of());
    private boolean lost;
    private volatile @Nullable Keys keys;

    private record Sample(long millis, int ended) {}

    /** @param onInterrupt what the row of keys says of Ctrl-C */
    Progress(Session session, Tally tally, OnInterrupt onInterrupt) {
        this.session = session;
        this.onInterrupt = onInterrupt;
        this.console = session.console();
        this.clock = session.clock();
        this.tally = tally;
        this.how = how(session.globals(), console);
    }

    private static How how(Globals globals, Console console) {
        if (globals.quiet() || globals.noProgress()) {
            return How.NOT;
        }
        if (console.canDraw()) {
            return How.DRAWN;
        }
        return globals.verbose() ? How.LINES : How.NOT;
    }

    void begin(int all) {
        targets = all;
        begun = clock.millis();
        told = how == How.DRAWN ? begun + FIRST_MILLIS - REDRAW_MILLIS : begun;
    }

    void count(JobEvent event) {
        if (event instanceof JobEvent.Progressed progressed) {
            counts = progressed.counts();
        }
        boolean before = lost;
        lost = event instanceof JobEvent.BusLost;
        if (lost != before && how != How.DRAWN && !session.globals().quiet()) {
            console.note(lost ? BUS_LOST : "the bus is there again");
        }
    }

    /** May be called as often as one likes. */
    void tick(JobView view) {
        long now = clock.millis();
        long pause = how == How.LINES ? LINE_MILLIS : REDRAW_MILLIS;
        if (how == How.NOT || targets == 0 || now - told < pause) {
            return;
        }
        told = now;
        samples.add(new Sample(now, tally.total()));
        if (samples.size() > SAMPLES) {
            samples.remove();
        }
        if (how == How.DRAWN) {
            draw(view);
        } else {
            console.note(text());
        }
    }

    private void draw(JobView view) {
        Place.Window window = console.window();
        Keys pressed = keys(view);
        boolean keysWork = pressed != null && pressed.work();
        Keys.Shown shown = pressed == null ? Keys.Shown.GROUPS : pressed.shown();
        int most = Math.max(0, Math.min(MOST_ROWS, window.lines() - OTHER_ROWS));
        List<String> all = new ArrayList<>();
        all.add(bar(window.columns()));
        all.addAll(view.rows(shown, most));
        if (window.lines() > OTHER_ROWS) {
            all.add(Width.cut(interrupt() + (keysWork ? Keys.HELP : ""), window.columns()));
        }
        console.draw(all);
    }

    /** Null: the job is too young, or there is nothing to choose from. Whether stdin is a terminal shows when keys are asked for. */
    private @Nullable Keys keys(JobView view) {
        if (keys == null && view.hasKeys() && console.isTerminal() && clock.millis() - begun >= Keys.AFTER_MILLIS) {
            keys = new Keys(session);
        }
        return keys;
    }

    private String interrupt() {
        return switch (onInterrupt) {
            case ASK -> "^C cancel/detach";
            case DETACH -> "^C detach";
            case CANCEL -> "^C cancel";
        };
    }

    /** Nothing is drawn, and the terminal is as it was, until the next tick. */
    void pause() {
        console.erase();
        Keys pressed = keys;
        if (pressed != null) {
            pressed.pause();
        }
    }

    /** The terminal is as it was, whatever comes. Any thread. */
    void close() {
        Keys pressed = keys;
        if (pressed != null) {
            pressed.close();
        }
    }

    private String bar(int columns) {
        String text = text();
        int room = Math.min(LONGEST_BAR, columns - Width.of(text) - 3);
        if (room < SHORTEST_BAR) {
            return Width.cut(" " + text, columns);
        }
        int full = (int) ((long) room * Math.min(tally.total(), targets) / targets);
        return " " + "█".repeat(full) + "░".repeat(room - full) + "  " + text;
    }

    private String text() {
        int ended = tally.total();
        List<String> parts = new ArrayList<>();
        parts.add(Texts.count(ended) + "/" + Texts.count(targets) + "  " + 100L * ended / targets + "%  " + ends());
        int running = counts.of(TargetState.RUNNING) + counts.of(TargetState.ACCEPTED);
        int waiting = counts.live() - running;
        if (lost) {
            parts.add(BUS_LOST);
        }
        if (running > 0) {
            parts.add("running " + Texts.count(running));
        }
        if (waiting > 0) {
            parts.add("waiting " + Texts.count(waiting));
        }
        if (rate() > 0) {
            parts.add(Texts.count(rate()) + "/s");
        }
        parts.add(Texts.duration(Duration.ofMillis(clock.millis() - begun)));
        return String.join(" · ", parts.stream().filter(part -> !part.isEmpty()).toList());
    }

    private String ends() {
        int ok = tally.ends().getOrDefault(TargetState.SUCCEEDED, 0);
        int failed = tally.ends().getOrDefault(TargetState.FAILED, 0);
        int unknown = tally.total() - ok - failed;
        return ("✓ " + Texts.count(ok))
                + (failed == 0 ? "" : " ✗ " + Texts.count(failed))
                + (unknown == 0 ? "" : " ? " + Texts.count(unknown));
    }

    /** Ends per second. */
    private long rate() {
        Sample first = samples.peekFirst();
        Sample last = samples.peekLast();
        if (first == null || last == null || last.millis == first.millis) {
            return 0;
        }
        return 1_000L * (last.ended - first.ended) / (last.millis - first.millis);
    }
}
