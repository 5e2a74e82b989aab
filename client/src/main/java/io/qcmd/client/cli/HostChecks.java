package io.qcmd.client.cli;

import io.qcmd.client.profile.Given;
import io.qcmd.client.profile.ProfileFile;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What {@code qcmd doctor} looks at without a bus. */
final class HostChecks {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private final Session session;

    HostChecks(Session session) {
        this.session = session;
    }

    Finding java() {
        return Finding.ok("java", System.getProperty("java.version") + " in " + System.getProperty("java.home"));
    }

    /** The profiles, and the one in use. */
    Finding config() {
        Settings settings = session.globals().settings();
        Path place = ProfileFile.place(session.environment());
        try {
            settings.check();
        } catch (QcmdException e) {
            return Finding.problem("config", String.valueOf(e.getMessage()), e.hint());
        } catch (UsageError e) {
            return Finding.problem("config", e.getMessage() + ", named " + e.where(), e.hint());
        }
        if (place == null || !Files.exists(place)) {
            return Finding.ok("config", "no profiles");
        }
        Given.Value chosen = settings.chosen();
        String text = settings.shown(place)
                + (chosen == null ? ", no profile in use" : ", profile '" + chosen.text() + "' " + chosen.origin());
        return ProfileFile.isOpenTo(place, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ)
                ? Finding.warning("config", text + "; others may read it", ProfileFile.fix(place))
                : Finding.ok("config", text);
    }

    /** The way to a local bus. */
    Finding socket(Path socket) {
        Path closed = closed(socket.getParent());
        if (closed != null) {
            return Finding.problem("socket", socket + ": user " + user() + " may not enter " + mode(closed), access());
        } else if (!Files.exists(socket)) {
            return Finding.problem(
                    "socket", "there is no " + socket, "systemctl start qcmd-bus, or qcmd demo to start one here");
        } else if (!Files.isWritable(socket)) {
            return Finding.problem("socket", "user " + user() + " may not open " + mode(socket), access());
        }
        return Finding.ok("socket", socket.toString());
    }

    /** The first directory on the way down that is closed to us; null: none is. */
    private static @Nullable Path closed(@Nullable Path directory) {
        if (directory == null) {
            return null;
        }
        Path above = closed(directory.getParent());
        return above == null && Files.exists(directory) && !Files.isExecutable(directory) ? directory : above;
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    private static String access() {
        return "sudo qcmd ..., or become a member of the group";
    }

    private static String mode(Path file) {
        try {
            return file + " (" + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + ", owner "
                    + Files.getOwner(file).getName() + ")";
        } catch (IOException | UnsupportedOperationException e) {
            return file.toString();
        }
    }

    /** Whether an agent on this host can hold its commands together. */
    Finding containment() {
        boolean sessions = Arrays.stream(session.environment()
                        .getOrDefault("PATH", "/usr/bin:/bin")
                        .split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "setsid")));
        return containment(sessions, MOUNTS);
    }

    /**
     * The same.
     *
     * @param sessions whether there is setsid
     * @param mounts a mountinfo: see proc(5)
     */
    static Finding containment(boolean sessions, Path mounts) {
        if (!sessions) {
            return Finding.warning(
                    "agent",
                    "no setsid: an agent here would find processes of a command by environment and parents alone",
                    "apt install util-linux");
        }
        Path cgroups = cgroups(mounts);
        if (cgroups == null) {
            return Finding.warning(
                    "agent",
                    "no cgroup v2: an agent here would hold commands by process groups, without limits of memory",
                    "boot with systemd.unified_cgroup_hierarchy=1");
        }
        return Finding.ok("agent", "an agent here has setsid, and cgroup v2 at " + cgroups);
    }

    /** Where cgroup v2 is mounted, beside the older one maybe; null: nowhere. */
    private static @Nullable Path cgroups(Path mounts) {
        try {
            return Files.readAllLines(mounts).stream()
                    .filter(line -> line.contains(" - cgroup2 "))
                    .map(line -> Path.of(line.split(" ", 6)[4]))
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }
}
