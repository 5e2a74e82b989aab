package io.qcmd.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A few open files that stand for nothing. At the limit of open files they are let go of, so that there is room to look for the processes of a command and to kill
 * them: for a signal the JDK needs one, too, as it makes sure that the pid is still the one it knew. Thread-safe.
 */
final class SpareFiles {
    private static final Path NOTHING = Path.of("/dev/null");
    /** One look needs one file at a time; several commands may end at once. */
    private static final int SPARE = 4;
    /** The limit, too, is one for the whole process. */
    private static final Deque<FileChannel> HELD = new ArrayDeque<>(SPARE);

    private SpareFiles() {}

    /** Lets go of them. */
    static synchronized void lend() throws IOException {
        while (!HELD.isEmpty()) {
            HELD.remove().close();
        }
    }

    /** Opens them again, as far as there is room. */
    static synchronized void takeBack() {
        try {
            while (HELD.size() < SPARE) {
                HELD.add(FileChannel.open(NOTHING, StandardOpenOption.READ));
            }
        } catch (IOException stillFull) {
            // The next time, then.
        }
    }
}
