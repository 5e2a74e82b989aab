package io.qcmd.system;

import java.nio.file.Files;
import java.nio.file.Path;

/** Who runs these tests. */
final class HostUser {
    private HostUser() {}

    /** Whether the agents that they start can run commands as somebody else. */
    static boolean canSwitch() {
        boolean root =
                ProcessHandle.current().info().user().filter("root"::equals).isPresent();
        return root && Files.isExecutable(Path.of("/usr/bin/setpriv"));
    }
}
