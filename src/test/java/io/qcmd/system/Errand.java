package io.qcmd.system;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The command that an {@link Oracle} can judge: it writes a line into a file of its minion when it starts, prints what follows from its job and its minion, and ends
 * with an exit code that follows from its job.
 */
final class Errand {
    static final int SUCCESS = 0;
    private static final int ODD = 3;
    private static final int OTHER = 4;

    private Errand() {}

    /**
     * As a shell line.
     *
     * @param ledger the directory of the files, one for each minion
     * @param what it does after its output
     * @param more bytes of output beside the checksum
     */
    static String line(Path ledger, String what, int more) {
        return String.join(
                "; ",
                "printf '%s %s\\n' \"$QCMD_JOB\" \"$(date +%s%N)\" >> " + ledger + "/$QCMD_MINION",
                "printf '%s%s' \"$QCMD_JOB\" \"$QCMD_MINION\" | sha256sum | cut -c1-64",
                "yes \"$QCMD_JOB\" | head -c " + more,
                what,
                "case $QCMD_JOB in *[0-9]) exit " + SUCCESS + ";; *[A-M]) exit " + ODD + ";; *) exit " + OTHER
                        + ";; esac");
    }

    /** What it ends with. */
    static int exit(String job) {
        char last = job.charAt(job.length() - 1);
        return Character.isDigit(last) ? SUCCESS : last <= 'M' ? ODD : OTHER;
    }

    /** All that it prints. */
    static String output(String job, String minion, int more) {
        String line = job + "\n";
        return sha256(job + minion) + "\n"
                + line.repeat(more / line.length() + 1).substring(0, more);
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
