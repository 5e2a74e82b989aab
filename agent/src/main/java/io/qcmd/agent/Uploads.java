package io.qcmd.agent;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session sends of its tasks: STARTED, output, results. Output of a command that runs is gathered for a while, and leaves within three bounds: the window of its
 * command, one window for all of them, and the frame credit of the link. Owned by the session.
 */
final class Uploads {
    /** Output of all commands together that may be on its way. */
    private static final long ON_ITS_WAY = 1 << 20;

    /** After this time output that could not be read is tried again; as often as it takes, as the bus has nothing of it yet. */
    static final Duration SPOOL_RETRY = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Uploads.class);

    private final Agent agent;
    private final Link link;
    private final Outbox outbox;
    private final Map<JobId, Upload> uploads = new LinkedHashMap<>();
    private boolean pumpIsDue;

    Uploads(Agent agent, Link link, Outbox outbox) {
        this.agent = agent;
        this.link = link;
        this.outbox = outbox;
    }

    /** Of a command that has just got GO. */
    void begin(Task task, int window) {
        uploads.put(task.job(), new Upload(task, agent.commands(), 0, 0, window, false));
    }

    /** Of a task that an earlier session began. */
    void resume(Task task, Control.Verdict from) {
        uploads.put(
                task.job(), new Upload(task, agent.commands(), from.stdout(), from.stderr(), from.windowBytes(), true));
    }

    /** False: there was none. */
    boolean remove(JobId job) {
        return uploads.remove(job) != null;
    }

    void clear() {
        uploads.clear();
    }

    void committed(Control.Committed committed) {
        Upload upload = uploads.get(committed.job());
        if (upload != null) {
            if (upload.task().isDone()) {
                FailPoint.AGENT_IN_UPLOAD.hit();
            }
            upload.committed(committed.stream(), committed.offset(), committed.windowBytes());
            pump();
        }
    }

    void announce(JobId job) {
        Upload upload = uploads.get(job);
        if (upload != null && upload.announce()) {
            outbox.add(new Report.Started(job));
            pump();
        }
    }

    /** There is more output; it is gathered for a while. */
    void output() {
        if (!pumpIsDue && !uploads.isEmpty()) {
            pumpIsDue = true;
            agent.after(agent.settings().outputDelay(), () -> {
                pumpIsDue = false;
                pump();
            });
        }
    }

    /** Sends what the windows, the credit and the results allow. */
    void pump() {
        long room = ON_ITS_WAY;
        for (Upload upload : uploads.values()) {
            room -= upload.onItsWay();
        }
        for (Upload upload : uploads.values()) {
            if (upload.isOpen()) {
                room -= send(upload, room);
            }
        }
    }

    private long send(Upload upload, long room) {
        long sent = 0;
        try {
            while (link.hasCredit()) {
                Optional<Output> piece = upload.next(room - sent);
                if (piece.isEmpty()) {
                    break;
                }
                outbox.add(piece.get());
                sent += piece.get().bytes().size();
            }
            upload.tell().ifPresent(result -> outbox.add(new Report.Done(result)));
        } catch (IOException e) {
            // It is not lost: the agent may have too many files open.
            log.warn(
                    "output of {} cannot be read, trying again: {}",
                    upload.task().job(),
                    e.toString());
            agent.after(SPOOL_RETRY, () -> {
                upload.goOn();
                pump();
            });
        }
        return sent;
    }
}
