package io.qcmd.client.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;

/**
 * What {@code qcmd doctor} found about one thing.
 *
 * @param check what was looked at, one word
 * @param text how it is, for people
 * @param fix what to do; empty: nothing
 */
record Finding(String check, Grade grade, String text, String fix) {
    enum Grade {
        OK("✓"),
        /** Works, and should be looked at. */
        WARNING("!"),
        /** Must be mended. */
        PROBLEM("✗");

        private final String symbol;

        Grade(String symbol) {
            this.symbol = symbol;
        }
    }

    static Finding ok(String check, String text) {
        return new Finding(check, Grade.OK, text, "");
    }

    static Finding warning(String check, String text, String fix) {
        return new Finding(check, Grade.WARNING, text, fix);
    }

    static Finding problem(String check, String text, String fix) {
        return new Finding(check, Grade.PROBLEM, text, fix);
    }

    boolean isProblem() {
        return grade == Grade.PROBLEM;
    }

    void print(Console console) {
        console.print(String.format("%s %-8s %s", grade.symbol, check, Escape.text(text)));
        fix.lines().forEach(line -> console.print("             fix: " + Escape.text(line)));
    }

    /** Its fields are API. */
    void write(JsonGenerator out) throws IOException {
        out.writeStringField("check", check);
        out.writeStringField("grade", grade.name().toLowerCase(Locale.ROOT));
        out.writeStringField("text", text);
        out.writeStringField("fix", fix);
    }
}
