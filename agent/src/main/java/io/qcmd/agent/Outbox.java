package io.qcmd.agent;

import io.qcmd.protocol.Hello;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is said within one turn into as few frames as hold it. Owned by the session. */
final class Outbox {
    /** Bytes of a report beside its output, generously: names of fields, a job id, a reason of 1,024 characters, two hashes. */
    private static final int REPORT = 128;

    private static final int REASON = 4 * 1024;
    /** Header, route and list around them. */
    private static final int FRAME = 128;

    private final Link link;
    private final List<Report> frame = new ArrayList<>();
    private int bytes = FRAME;

    Outbox(Link link) {
        this.link = link;
    }

    void add(Report report) {
        int size = sizeOf(report);
        if (bytes + size > Limits.AGENT_FRAME) {
            flush();
        }
        frame.add(report);
        bytes += size;
    }

    void flush() {
        if (!frame.isEmpty()) {
            link.send(List.copyOf(frame));
            frame.clear();
            bytes = FRAME;
        }
    }

    private static int sizeOf(Report report) {
        if (report instanceof Output output) {
            return REPORT + output.bytes().size();
        }
        if (report instanceof Hello) {
            return Limits.AGENT_FRAME - FRAME;
        }
        return report instanceof Report.Done || report instanceof Report.Refused ? REASON : REPORT;
    }
}
