package io.qcmd.agent;

import io.qcmd.protocol.Report;
import java.util.List;

/** One connection to the bus, as the core sees it. Called by one thread at a time; none of it blocks, and all of it is harmless once the connection is gone. */
interface Link {
    /** Whether the bus has asked for more frames than it was sent. Output waits for that; what else there is to say does not. */
    boolean hasCredit();

    /** Sends one frame of at most {@link io.qcmd.protocol.Limits#AGENT_FRAME}. */
    void send(List<Report> frame);

    /** One request(1) on the commands stream; the first one opens it. */
    void requestCommand();

    /** Over how long the agents of this bus come back when it goes; 0 or more. */
    void reconnectWithin(long millis);

    /** Ends the connection; the reason is for the log. */
    void close(String reason);
}
