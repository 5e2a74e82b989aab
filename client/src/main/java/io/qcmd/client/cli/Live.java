package io.qcmd.client.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.List;

/**
 * The rows at the bottom of a terminal that are drawn over again. Whatever else is written there comes after {@link #erase}. A frame is one write; while it is
 * written lines are not wrapped, so that a row is a row in a window of any width. Control sequences: ECMA-48, and DECAWM of the VT100. Any thread.
 */
final class Live {
    private static final String UP = "\u001b[A";
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String TO_END_OF_LINE = "\u001b[K";
    private static final String TO_END_OF_SCREEN = "\u001b[J";

    private final OutputStream out;
    private final Charset charset;
    private int rows;

    Live(OutputStream out, Charset charset) {
        this.out = out;
        this.charset = charset;
    }

    /** Draws these rows over the last ones, one at least; they hold no line ends. */
    synchronized void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder(NO_WRAP).append(home());
        for (int i = 0; i < lines.size(); i++) {
            boolean isLast = i == lines.size() - 1;
            // Before the text: behind a row that fills the window, the cursor stands on its last character.
            frame.append(isLast ? TO_END_OF_SCREEN : TO_END_OF_LINE)
                    .append(lines.get(i))
                    .append(isLast ? "" : "\n");
        }
        write(frame.append(WRAP).toString());
        rows = lines.size();
    }

    synchronized void erase() {
        if (rows > 0) {
            write(home() + TO_END_OF_SCREEN);
            rows = 0;
        }
    }

    private String home() {
        return "\r" + UP.repeat(Math.max(0, rows - 1));
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(charset));
            out.flush();
        } catch (IOException gone) {
            // A terminal that was closed: SIGHUP ends this process, as the job needs nobody who looks.
            rows = 0;
        }
    }
}
