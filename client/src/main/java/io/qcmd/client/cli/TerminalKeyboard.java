package io.qcmd.client.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that stdin is, by {@code stty}, as Java has no way to ask for keys. Where stdin is something else, or there is no stty, there are no keys. Only who is in
 * the foreground may change a terminal, and only then it is left alone as well: the kernel would stop a process that does it in the background, and what it finds there
 * is the shell's.
 */
final class TerminalKeyboard implements Keyboard {
    private static final String[] KEY_BY_KEY = {"-icanon", "-echo", "min", "1", "time", "0"};

    private static final Path STAT = Path.of("/proc/self/stat");

    private final Stty stty;
    private final InputStream keys;
    private final BooleanSupplier foreground;

    /** The settings that it shall have again; null: it has them. */
    private @Nullable String before;

    private boolean set;
    private boolean without;
    private boolean stopping;
    private boolean closed;

    TerminalKeyboard() {
        this(Stty.ofStdin(), new FileInputStream(FileDescriptor.in), TerminalKeyboard::isInForeground);
    }

    TerminalKeyboard(Stty stty, InputStream keys, BooleanSupplier foreground) {
        this.stty = stty;
        this.keys = keys;
        this.foreground = foreground;
    }

    @Override
    public synchronized boolean take() {
        if (without || stopping || closed || !foreground.getAsBoolean()) {
            return false;
        }
        if (before == null) {
            before = stty.run("-g");
            set = false;
        }
        if (before != null && !set) {
            set = stty.run(KEY_BY_KEY) != null;
        }
        without = before == null || !set;
        return !without;
    }

    @Override
    public synchronized int next() {
        try {
            return set && keys.available() > 0 ? keys.read() : -1;
        } catch (IOException gone) {
            return -1;
        }
    }

    @Override
    public synchronized void giveBack() {
        if (before != null && foreground.getAsBoolean()) {
            stty.run(before);
        }
        before = null;
        set = false;
    }

    @Override
    public synchronized void stop() {
        stopping = true;
        giveBack();
    }

    @Override
    public synchronized void goOn() {
        stopping = false;
        set = false;
    }

    @Override
    public synchronized void close() {
        closed = true;
        giveBack();
    }

    /** By proc(5): our process group, and that of the foreground of our terminal. */
    private static boolean isInForeground() {
        try {
            String stat = Files.readString(STAT, StandardCharsets.ISO_8859_1);
            // The name of the program, which may hold anything, is in parentheses.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[2].equals(fields[5]);
        } catch (IOException elsewhere) {
            return false;
        }
    }
}
