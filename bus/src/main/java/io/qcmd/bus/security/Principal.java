package io.qcmd.bus.security;

import io.qcmd.protocol.MinionId;

/** Who is at the other end of a session, as the door found out by itself; never what the peer says in a message. */
public sealed interface Principal {
    /** Who, for people. */
    String name();

    /** Whose limits count for it: all sessions of one user share them. */
    default String user() {
        return name();
    }

    /** Who and from where, for the audit log. */
    default String trace() {
        return name();
    }

    /** A local process, by the credentials that the kernel told at accept. */
    record Local(int uid, int gid, long pid) implements Principal {
        @Override
        public String name() {
            return uid == 0 ? "root" : "uid " + uid;
        }

        @Override
        public String trace() {
            return "uid " + uid + " gid " + gid + " pid " + pid;
        }
    }

    /** A client over plain TCP, which proves nothing. */
    record Remote(String address) implements Principal {
        @Override
        public String name() {
            return "tcp " + address;
        }

        /** The host without the port: nothing else is known. */
        @Override
        public String user() {
            int port = address.lastIndexOf(':');
            return "tcp " + (port < 0 ? address : address.substring(0, port));
        }
    }

    /** The agent of a minion. */
    record Minion(MinionId id) implements Principal {
        @Override
        public String name() {
            return "minion " + id;
        }
    }
}
