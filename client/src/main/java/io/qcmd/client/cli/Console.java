package io.qcmd.client.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * stdout for results, stderr for everything else. Result lines are kept until {@link #flush}; a closed stdout is told with {@link ClosedOutput}. Escapes nothing:
 * who prints what a minion said uses {@link Escape}.
 */
final class Console {
    /** The reader of stdout went away. */
    static final class ClosedOutput extends UncheckedIOException {
        private static final long serialVersionUID = 1;

        ClosedOutput(IOException cause) {
            super(cause);
        }
    }

    private final OutputStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final Charset charset;

    /**
     * @param terminal whether stdout is one
     * @param charset of the locale; anything but UTF-8 gets ASCII symbols
     */
    Console(OutputStream out, OutputStream err, boolean terminal, Charset charset) {
        this.out = new BufferedOutputStream(out, 16 * 1024);
        this.err = new PrintStream(err, true, charset);
        this.terminal = terminal;
        this.charset = charset;
    }

    /** The one of this process; the launcher says whether stdout is a terminal. */
    static Console system() {
        Charset locale = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
        return new Console(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Boolean.getBoolean("qcmd.terminal"),
                locale);
    }

    boolean isTerminal() {
        return terminal;
    }

    /** One line of results. */
    void print(String line) {
        write((plain(line) + '\n').getBytes(charset));
    }

    /** The lines that follow are on an empty screen. */
    void clear() {
        write("\u001b[H\u001b[2J".getBytes(StandardCharsets.US_ASCII));
    }

    /** One line that holds one JSON object. */
    void json(Json.Fields fields) {
        write(Json.object(fields));
        write(new byte[] {'\n'});
    }

    /** For the texts of picocli: the same stdout. */
    PrintWriter writer() {
        return new PrintWriter(out, true, charset);
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new ClosedOutput(e);
        }
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new ClosedOutput(e);
        }
    }

    /** One line for people, at once. */
    void note(String line) {
        err.println(plain(line));
    }

    /** Our own symbols, where the locale cannot show them, as ASCII. */
    private String plain(String line) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return line;
        }
        return line.replace('✓', '+')
                .replace('✗', 'x')
                .replace('·', '-')
                .replace('–', '-')
                .replace("…", "...");
    }
}
