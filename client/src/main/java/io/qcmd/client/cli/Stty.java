package io.qcmd.client.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program stty for one terminal: Java can neither ask nor tell it anything. */
@FunctionalInterface
interface Stty {
    /** A signal from the terminal meets stty as well. */
    int TRIES = 3;

    int BY_A_SIGNAL = 128;

    /** What it prints; null: it failed, or there is none. */
    @Nullable
    String run(String... words);

    /** For the terminal that decides over this process, wherever stdin comes from. */
    static Stty ofTheProcess() {
        return words -> run(Redirect.from(new File("/dev/tty")), words);
    }

    /** For stdin, which may be no terminal. */
    static Stty ofStdin() {
        return words -> run(Redirect.INHERIT, words);
    }

    private static @Nullable String run(Redirect terminal, String... words) {
        List<String> line = new ArrayList<>(List.of("stty"));
        line.addAll(List.of(words));
        try {
            for (int i = 0; i < TRIES; i++) {
                Process stty = new ProcessBuilder(line)
                        .redirectInput(terminal)
                        .redirectError(Redirect.DISCARD)
                        .start();
                String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
                int exit = stty.onExit().join().exitValue();
                if (exit < BY_A_SIGNAL) {
                    return exit == 0 ? said : null;
                }
            }
        } catch (IOException without) {
            return null;
        }
        return null;
    }
}
