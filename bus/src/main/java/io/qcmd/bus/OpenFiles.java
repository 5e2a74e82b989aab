package io.qcmd.bus;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limit of open files that the kernel gives this process. Where it is too low for the sessions that the settings promise, connections over TCP are refused before
 * it is reached: beyond it the kernel would leave a newcomer without an answer, and the store without a file.
 */
final class OpenFiles {
    /** For clients over the Unix socket, calls to endpoints, connections that are told why they are refused, the store. */
    private static final long RESERVE = 256;

    private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

    private OpenFiles() {}

    /** How many connections over TCP may be open at the same time; one at least. To be asked once, before the first of them. */
    static int room(BusLimits.Sessions sessions) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean process)) {
            return Integer.MAX_VALUE;
        }
        long most = process.getMaxFileDescriptorCount();
        long room = Math.max(1, most - process.getOpenFileDescriptorCount() - RESERVE);
        int wanted = sessions.agentSessions() + sessions.clientSessions();
        if (room < wanted) {
            log.warn(
                    "this process may have {} files open, which is enough for {} connections over TCP; agent_sessions and client_sessions allow {}: raise the limit"
                            + " (LimitNOFILE, ulimit -n)",
                    most,
                    room,
                    wanted);
        }
        return (int) Math.min(room, Integer.MAX_VALUE);
    }
}
