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
    /** Beside the title: the blanks, and the word after the count. */
    private static final int AROUND_COUNT = 2 + " minions  ".length();

    private static final String BEFORE = "━━ ";

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
        int room = room(all, BEFORE, MOST_NAMES);
        List<String> titles = table(all, BEFORE, MOST_NAMES);
        for (int i = 0; i < all.size(); i++) {
            Crowd crowd = all.get(i);
            Console.Style style = crowd.style();
            console.print(style == Console.Style.GOOD ? titles.get(i) : console.paint(style, titles.get(i)));
            if (Width.of(crowd.title()) > room) {
                whole(all.get(0), crowd, outcome).forEach(console::print);
            }
            body(all.get(0), crowd, outcome).forEach(console::print);
        }
        console.flush();
    }

    /** What did not fit into the title. */
    private static List<String> whole(Crowd most, Crowd crowd, JobOutcome outcome) {
        if (!crowd.isTitledByOutput()) {
            return List.of(crowd.title());
        }
        String line = crowd.lines().get(0);
        boolean isLikeMost = crowd != most && most.isTitledByOutput() && most.state() == crowd.state();
        List<String> whole =
                new ArrayList<>(isLikeMost ? List.of("- " + most.lines().get(0), "+ " + line) : List.of(line));
        if (crowd.isShortened()) {
            whole.add(allOfIt(crowd, outcome));
        }
        return whole;
    }

    private static String allOfIt(Crowd crowd, JobOutcome outcome) {
        return "… all of it: qcmd jobs output " + outcome.shortForm() + " " + crowd.first();
    }

    private List<String> table(List<Crowd> shown, String before, int names) {
        int most = room(shown, before, names);
        int width =
                shown.stream().mapToInt(crowd -> Width.of(crowd.title())).max().orElse(0);
        int counts = counts(shown);
        List<String> rows = new ArrayList<>();
        for (Crowd crowd : shown) {
            String title = Width.pad(Width.cut(crowd.title(), most), Math.min(width, most));
            String count = Texts.count(crowd.size());
            rows.add(before + title + "  " + " ".repeat(counts - count.length()) + count
                    + (crowd.size() == 1 ? " minion   " : " minions  ") + crowd.names(names));
        }
        return rows;
    }

    /** Columns for the longest title: what the names leave, and a good part of the window however many names there are. */
    private int room(List<Crowd> shown, String before, int names) {
        int columns = console.window().columns();
        int longest = shown.stream()
                .mapToInt(crowd -> Width.of(crowd.names(names)))
                .max()
                .orElse(0);
        int left = columns - Width.of(before) - AROUND_COUNT - counts(shown) - longest;
        return Math.max(20, Math.max(columns * 9 / 20, left));
    }

    private static int counts(List<Crowd> shown) {
        return shown.stream()
                .mapToInt(crowd -> Texts.count(crowd.size()).length())
                .max()
                .orElse(0);
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
            body.add(allOfIt(crowd, outcome));
        }
        return body;
    }
}
