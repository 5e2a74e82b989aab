package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The data of SETUP: who speaks, and which version of the protocol.
 *
 * @param protocol the version, {@link Limits#PROTOCOL_VERSION}
 * @param role agent or client
 * @param minion the id that an agent claims; null for a client
 * @param version of the peer's program, for people
 */
public record Setup(int protocol, Role role, @Nullable MinionId minion, String version) {
    /** Who may open a session. */
    public enum Role {
        AGENT,
        CLIENT
    }

    public Setup {
        if ((role == Role.AGENT) != (minion != null)) {
            throw new IllegalArgumentException("setup: an agent, and only an agent, names its minion");
        }
        if (version.length() > 64) {
            throw new IllegalArgumentException("setup: version has " + version.length() + " characters; at most 64");
        }
    }

    public static Setup agent(MinionId minion, String version) {
        return new Setup(Limits.PROTOCOL_VERSION, Role.AGENT, minion, version);
    }

    public static Setup client(String version) {
        return new Setup(Limits.PROTOCOL_VERSION, Role.CLIENT, null, version);
    }
}
