package io.qcmd.client.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where stdout and stderr go to.
 *
 * @param outIsTerminal whether stdout is a terminal
 * @param errIsTerminal whether stderr is one
 * @param charset of the locale; anything but UTF-8 gets ASCII symbols of our own
 * @param environment of this process
 * @param window the size of the terminal, asked only when something is drawn
 */
record Place(
        boolean outIsTerminal,
        boolean errIsTerminal,
        Charset charset,
        Map<String, String> environment,
        Supplier<Window> window) {
    /** Columns and lines of a terminal. */
    record Window(int columns, int lines) {
        static final Window USUAL = new Window(80, 24);
    }

    /** That of this process; the launcher says what is a terminal. */
    static Place ofTheProcess() {
        Map<String, String> environment = System.getenv();
        return new Place(
                Boolean.getBoolean("qcmd.terminal"),
                Boolean.getBoolean("qcmd.terminal.err"),
                charset(System.getProperty("qcmd.charset", "UTF-8")),
                environment,
                new WindowSize(environment));
    }

    /** As a locale writes it: a name that nobody knows has ASCII at least. */
    static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            return StandardCharsets.US_ASCII;
        }
    }

    /** In which stdout is written: a terminal shows what its locale knows, a file or a program gets every character. */
    Charset outCharset() {
        return outIsTerminal ? charset : StandardCharsets.UTF_8;
    }

    /** Likewise stderr. */
    Charset errCharset() {
        return errIsTerminal ? charset : StandardCharsets.UTF_8;
    }

    /** Whether the cursor can be moved on stderr. */
    boolean canDraw() {
        return errIsTerminal && !isDumb();
    }

    boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }

    /** By the habits of no-color.org and bixense.com/clicolors: an option is above the environment. */
    boolean hasColour(Globals.Color wish) {
        return switch (wish) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> isSet("CLICOLOR_FORCE") || outIsTerminal && !isDumb() && !isSet("NO_COLOR");
        };
    }

    private boolean isSet(String name) {
        String value = environment.getOrDefault(name, "");
        return !value.isEmpty() && !(name.equals("CLICOLOR_FORCE") && value.equals("0"));
    }

    private boolean isDumb() {
        return environment.getOrDefault("TERM", "dumb").equals("dumb");
    }
}
