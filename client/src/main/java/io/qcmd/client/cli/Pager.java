package io.qcmd.client.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The program with which a person reads a page: that of QCMD_PAGER, else of PAGER, else less, which leaves at once what a window has room for. */
final class Pager {
    private static final String USUAL = "less -FRX";

    /** Of a shell: there is no such program. */
    private static final int NO_SUCH_PROGRAM = 127;

    private Pager() {}

    /** Shows a page, which only prints, and may be asked for it again; through the program where somebody sits at a terminal. */
    static void show(Session session, Runnable page) {
        String program = program(session.environment());
        Console console = session.console();
        if (program.isEmpty()
                || !console.isTerminal()
                || !session.globals().isText()
                || !through(program, session, page)) {
            page.run();
            console.flush();
        }
    }

    /** Empty: none is wanted, or the terminal cannot move its cursor. */
    private static String program(Map<String, String> environment) {
        String named = environment.getOrDefault("QCMD_PAGER", environment.getOrDefault("PAGER", USUAL));
        boolean isDumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        return isDumb || named.equals("cat") ? "" : named.strip();
    }

    /** Whether there was such a program. */
    private static boolean through(String program, Session session, Runnable page) {
        Process pager = start(program);
        if (pager == null) {
            return false;
        }
        // Ctrl-C is the pager's, which goes on; the terminal is its own until it ends.
        Runnable giveBack = session.interrupts().takeCtrlC(() -> {});
        try (OutputStream into = pager.getOutputStream()) {
            session.console().into(into, page);
        } catch (Console.ClosedOutput | IOException leftEarly) {
            // Who has read enough leaves, and a program that is not there has read nothing.
        } finally {
            pager.onExit().join();
            giveBack.run();
        }
        return pager.exitValue() != NO_SUCH_PROGRAM;
    }

    private static @Nullable Process start(String program) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", program)
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT)
                    .start();
        } catch (IOException withoutShell) {
            return null;
        }
    }
}
