package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;

/** For eyes, many minions: those that ended alike are one row, the most first, and how their output differs from that of the most. */
final class GroupedView implements JobView {
    /** Of the longest output. */
    private static final int MOST_LINES = 100;

    private static final int MOST_LINES_OF_OTHERS = 20;
    private static final int MOST_NAMES = 400;

    private final Console console;
    private final Crowds crowds = new Crowds();
    private final Goings goings = new Goings();

    GroupedView(Console console) {
        this.console = console;
    }

    @Override
    public void show(JobEvent event) {
        if (event instanceof JobEvent.Ended end) {
            crowds.add(end.result(), end.late());
        }
        goings.note(event);
    }

    @Override
    public boolean hasKeys() {
        return true;
    }

    @Override
    public List<String> rows(Keys.Shown shown, int most) {
        int columns = console.window().columns();
        List<String> rows = switch (shown) {
            case GROUPS -> crowds(crowds.bySize(), most, columns);
            case FAILURES -> failures(most, columns);
            case MINIONS -> goings.rows(most);
        };
        return rows.stream().map(row -> Width.cut(row, columns)).toList();
    }

    private List<String> failures(int most, int columns) {
        List<Crowd> failed = crowds.bySize().stream()
                .filter(crowd -> crowd.state() != TargetState.SUCCEEDED)
                .toList();
        return failed.isEmpty() && most > 0 ? List.of("  no failures so far") : crowds(failed, most, columns);
    }

    private List<String> crowds(List<Crowd> all, int most, int columns) {
        return table(all.subList(0, Math.min(most, all.size())), "  ", columns);
    }

    @Override
    public void end(JobOutcome outcome) {
        List<Crowd> all = crowds.bySize();
        List<String> titles = table(all, "━━ ", MOST_NAMES);
        for (int i = 0; i < all.size(); i++) {
            Console.Style style = all.get(i).style();
            console.print(style == Console.Style.GOOD ? titles.get(i) : console.paint(style, titles.get(i)));
            body(all.get(0), all.get(i), outcome).forEach(console::print);
        }
        console.flush();
    }

    private List<String> table(List<Crowd> shown, String before, int names) {
        int columns = console.window().columns();
        int most = Math.max(20, columns * 9 / 20);
        int width =
                shown.stream().mapToInt(crowd -> Width.of(crowd.title())).max().orElse(0);
        int counts = shown.stream()
                .mapToInt(crowd -> Texts.count(crowd.size()).length())
                .max()
                .orElse(0);
        List<String> rows = new ArrayList<>();
        for (Crowd crowd : shown) {
            String title = Width.pad(Width.cut(crowd.title(), most), Math.min(width, most));
            String count = Texts.count(crowd.size());
            rows.add(before + title + "  " + " ".repeat(counts - count.length()) + count
                    + (crowd.size() == 1 ? " minion   " : " minions  ") + crowd.names(names));
        }
        return rows;
    }

    private List<String> body(Crowd most, Crowd crowd, JobOutcome outcome) {
        boolean isMost = crowd == most;
        if (crowd.lines().size() < 2) {
            return List.of();
        }
        List<String> changes = isMost ? List.of() : LineDiff.of(most.lines(), crowd.lines());
        List<String> all = changes.isEmpty() ? crowd.lines() : changes;
        int end = Math.min(all.size(), isMost ? MOST_LINES : MOST_LINES_OF_OTHERS);
        List<String> body = new ArrayList<>(all.subList(0, end));
        if (end < all.size() || crowd.isShortened()) {
            body.add("… all of it: qcmd jobs output " + outcome.shortForm() + " " + crowd.first());
        }
        return body;
    }
}
