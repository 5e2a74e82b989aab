package io.qcmd.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether this agent can run commands as other users.
 *
 * @param setpriv the program that does it, of util-linux; empty: this host has none
 * @param getent the program that knows the users; empty: this host has none
 * @param root whether the agent runs as root
 */
record Accounts(Optional<Path> setpriv, Optional<Path> getent, boolean root) {
    static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Why no command runs as another user here, for people; empty: it may. Whether there is that user is not asked: that may take its time. */
    Optional<String> refusal() {
        if (!root) {
            return Optional.of("user: the agent does not run as root, so its commands run as its own user only");
        }
        if (setpriv.isEmpty() || getent.isEmpty()) {
            String missing = setpriv.isEmpty() ? "setpriv (package util-linux)" : "getent (package libc-bin)";
            return Optional.of("user: " + missing + " was not found when the agent started");
        }
        return Optional.empty();
    }
}
