package io.qcmd.client.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * stdout for results, stderr for everything else. Result lines are kept until {@link #flush}; a stdout that nobody reads any more is told with
 * {@link ClosedOutput}, one that cannot be written for another reason with {@link UsageError}. Rows that are drawn
 * over again stand on stderr below everything, and give way to it. Escapes nothing: who prints what a minion said uses {@link Escape}.
 */
final class Console {
    /** The reader of stdout went away. */
    static final class ClosedOutput extends UncheckedIOException {
        private static final long serialVersionUID = 1;

        ClosedOutput(IOException cause) {
            super(cause);
        }
    }

    /** How a word is shown; never the only thing that tells. The numbers are ECMA-48's. */
    enum Style {
        GOOD("32"),
        BAD("31"),
        UNKNOWN("33"),
        STRONG("1"),
        FAINT("2");

        private final String number;

        Style(String number) {
            this.number = number;
        }
    }

    /** Longer lines are hard to read; the help in a pipe and in docs/cli.md is as wide. */
    static final int HELP_WIDTH = 100;

    private OutputStream out;
    private boolean programReads;
    private final PrintStream err;
    private final Live live;
    private final Place place;
    private Globals globals = new Globals();

    Console(OutputStream out, OutputStream err, Place place) {
        this.live = new Live(err, place.charset());
        this.out = new BufferedOutputStream(place.outIsTerminal() ? new Above(out) : out, 16 * 1024);
        this.err = new PrintStream(err, true, place.errCharset());
        this.place = place;
    }

    /** A place where nothing is drawn. */
    Console(OutputStream out, OutputStream err, boolean terminal, Charset charset) {
        this(out, err, new Place(terminal, false, charset, Map.of(), () -> Place.Window.USUAL));
    }

    /** The one of this process. */
    static Console system() {
        return new Console(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Place.ofTheProcess());
    }

    /** From now on it looks as these options say, once they are read. */
    void follow(Globals options) {
        globals = options;
    }

    /** Whether stdout is one. */
    boolean isTerminal() {
        return place.outIsTerminal();
    }

    /** Whether somebody sits there: results may go to a file or a program while the progress is seen. */
    boolean hasTerminal() {
        return place.outIsTerminal() || place.errIsTerminal();
    }

    /** Whether there is somebody to draw for. */
    boolean canDraw() {
        return place.canDraw();
    }

    Place.Window window() {
        return place.window().get();
    }

    /** How wide the help of a verb is; picocli does not go below 55. */
    int helpWidth() {
        return isTerminal() ? Math.max(55, Math.min(HELP_WIDTH, window().columns())) : HELP_WIDTH;
    }

    /** One line of results. */
    void print(String line) {
        // For a program the text of a minion is what the minion wrote, also where it is one of our symbols.
        String shown = place.outIsTerminal() ? plain(line) : line;
        write((shown + '\n').getBytes(place.outCharset()));
    }

    /** One line of a page for people: on a terminal what has no room goes on below its last column. */
    void row(String line) {
        print(isTerminal() ? Fold.of(line, window().columns()) : line);
    }

    /** The lines that follow are on an empty screen. */
    void clear() {
        write("\u001b[H\u001b[2J".getBytes(StandardCharsets.US_ASCII));
    }

    /** Results as they are: nothing is escaped, nothing is added. */
    void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** One object: a line that holds it as JSON, or a document of YAML. */
    void json(Json.Fields fields) {
        if (globals.format() == Globals.Format.YAML) {
            write(Json.yaml(fields));
        } else {
            write(Json.object(fields));
            write(new byte[] {'\n'});
        }
    }

    /** For the texts of picocli: the same stdout. */
    PrintWriter writer() {
        return new PrintWriter(out, true, place.outCharset());
    }

    /** Does work whose results a program reads, which stands between here and the terminal. */
    void into(OutputStream program, Runnable work) {
        flush();
        OutputStream terminal = out;
        out = new BufferedOutputStream(program, 16 * 1024);
        programReads = true;
        try {
            work.run();
            flush();
        } finally {
            out = terminal;
            programReads = false;
        }
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Who went away needs no word, as with any program in a pipe; a full disk does. The texts are those of the system in English, as the launcher sets the locale; of a
     * program that has ended the JDK says whatever it likes.
     */
    private RuntimeException failure(IOException cause) {
        String why = String.valueOf(cause.getMessage());
        return programReads || why.contains("Broken pipe") || why.contains("Connection reset")
                ? new ClosedOutput(cause)
                : new UsageError(
                        "cannot write to stdout: " + why,
                        "write it elsewhere; a job goes on, and what it wrote is kept: qcmd jobs output @last");
    }

    /** One line for people, at once. */
    void note(String line) {
        live.erase();
        err.println(plain(line));
    }

    /** Draws rows over those that were drawn last. */
    void draw(List<String> rows) {
        live.draw(rows.stream().map(this::plain).toList());
    }

    /** Takes away what was drawn. */
    void erase() {
        live.erase();
    }

    /** A word in its style, or as it is where colours are not wanted. */
    String paint(Style style, String text) {
        return place.hasColour(globals.color()) && !text.isEmpty()
                ? "\u001b[" + style.number + "m" + text + "\u001b[0m"
                : text;
    }

    /** Our own symbols, where the locale cannot show them, as ASCII. */
    private String plain(String line) {
        if (place.isUtf8()) {
            return line;
        }
        return line.replace('✓', '+')
                .replace('✗', 'x')
                .replace('·', '-')
                .replace('–', '-')
                .replace('━', '=')
                .replace('█', '#')
                .replace('░', '.')
                .replace("…", "...");
    }

    /** Results on the terminal on which rows are drawn. */
    private final class Above extends FilterOutputStream {
        Above(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            live.erase();
            out.write(bytes, offset, length);
        }
    }
}
