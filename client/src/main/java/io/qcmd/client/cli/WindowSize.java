package io.qcmd.client.cli;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of the terminal, as stty tells it: Java cannot ask, and a signal for each change would need a handler. Asked anew after two seconds. One thread. */
final class WindowSize implements Supplier<Place.Window> {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Map<String, String> environment;
    private Place.Window known = Place.Window.USUAL;
    private long asked = System.nanoTime() - FRESH_NANOS;

    WindowSize(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Place.Window get() {
        if (System.nanoTime() - asked >= FRESH_NANOS) {
            known = ask();
            asked = System.nanoTime();
        }
        return known;
    }

    private Place.Window ask() {
        String told = Stty.ofTheProcess().run("size");
        Matcher size = Pattern.compile("([0-9]{1,5}) ([0-9]{1,5})").matcher(told == null ? "" : told);
        if (size.matches() && !size.group(2).equals("0")) {
            return new Place.Window(Integer.parseInt(size.group(2)), Integer.parseInt(size.group(1)));
        }
        return said();
    }

    /** Shells know it, and some people export it. */
    private Place.Window said() {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{0,4}")
                ? new Place.Window(Integer.parseInt(columns), Place.Window.USUAL.lines())
                : Place.Window.USUAL;
    }
}
