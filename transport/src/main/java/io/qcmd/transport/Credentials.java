package io.qcmd.transport;

/**
 * Who holds the other end of a Unix socket, as the kernel told at accept.
 *
 * @param gid the primary group only; a process may be in others
 * @param pid may be of another process by now
 */
public record Credentials(int uid, int gid, int pid) {}
