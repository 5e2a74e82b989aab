package io.qcmd.agent;

import io.qcmd.protocol.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A user of this host other than the agent's, as whom a command may run. */
record Account(String name, long uid, long gid, String home) {
    /** A directory service may have to be asked over the network. */
    private static final long PATIENCE_SECONDS = 10;

    private static final int LONGEST_ENTRY = 4_096;

    /** Asks {@code getent}, that is, all sources of users which this host has. Blocks, at most 10 s. An error says why there is no such user. */
    static Account of(String name, Path getent) throws IOException {
        Process process = new ProcessBuilder(getent.toString(), "passwd", name)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var answer = process.getInputStream()) {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("user " + Quoted.of(name) + ": no answer from this host's user database in "
                        + PATIENCE_SECONDS + " s");
            }
            return parse(name, new String(answer.readNBytes(LONGEST_ENTRY), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    // "name:x:uid:gid:comment:home:shell"; asked for a number, getent would look for that.
    static Account parse(String name, String entry) throws IOException {
        String[] fields = entry.strip().split(":", -1);
        if (fields.length < 7 || !fields[0].equals(name)) {
            throw new IOException("user " + Quoted.of(name) + ": this host knows nobody of that name");
        }
        try {
            return new Account(name, Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5]);
        } catch (NumberFormatException e) {
            throw new IOException("user " + Quoted.of(name) + ": has no number in this host's user database", e);
        }
    }

    /** What its programs expect to find in their environment. */
    Map<String, String> environment() {
        return Map.of("HOME", home.isEmpty() ? "/" : home, "USER", name, "LOGNAME", name);
    }

    /** The words that make a process run as this user, for good: no set-user-id program gives it more. Never su, which asks PAM and starts a login shell. */
    List<String> become(Path setpriv) {
        return List.of(setpriv.toString(), "--reuid=" + uid, "--regid=" + gid, "--init-groups", "--no-new-privs", "--");
    }
}
