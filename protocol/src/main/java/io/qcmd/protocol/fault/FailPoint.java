package io.qcmd.protocol.fault;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An instant of bus or agent at which a process can be made to fail, by {@code -Dqcmd.failpoint=NAME:kill|stop|throw|delay:n}: at the n-th time that it comes here,
 * and only then. NAME is {@code bus.before-go} for {@link #BUS_BEFORE_GO}. Without the property a hit costs nothing: the compiler sees a constant null.
 */
public enum FailPoint {
    /** Job and targets are in a transaction that is not committed. */
    BUS_BEFORE_SUBMIT_COMMIT,
    /** The job is on disk; nobody was told, nothing was published. */
    BUS_AFTER_SUBMIT_COMMIT,
    /** A message was taken out of its Channel and has not left. */
    BUS_BEFORE_OFFER,
    /** A message was emitted. */
    BUS_AFTER_OFFER,
    /** READY came, and is not looked at yet. */
    BUS_BEFORE_GO,
    /** READY was answered. */
    BUS_AFTER_GO,
    /** A piece of output is on disk, and its agent does not know. */
    BUS_IN_UPLOAD,
    /** A result is on disk, and its agent does not know. */
    BUS_BEFORE_SETTLED,
    /** The bus ends a target by itself, as EXPIRED or DROPPED, CANCELLED, LOST; nothing is written. */
    BUS_BEFORE_OWN_FATE,
    /** A start takes up one of the live jobs. */
    BUS_IN_RECOVERY,

    /** A message came, and was not answered. */
    AGENT_BEFORE_READY,
    /** GO came; the journal knows nothing. */
    AGENT_BEFORE_STARTED,
    /** STARTED is on disk; nothing was executed. */
    AGENT_AFTER_STARTED,
    /** The command runs; the journal does not know its process. */
    AGENT_AFTER_EXEC,
    /** The command has ended; the journal does not know. */
    AGENT_AFTER_EXIT,
    /** DONE is on disk, and was not sent. */
    AGENT_AFTER_DONE,
    /** DONE is in the journal, and a part of the output is on the disk of the bus. */
    AGENT_IN_UPLOAD,
    /** The bus has settled a result; the journal does not know. */
    AGENT_BEFORE_RELEASED,
    /** A journal was written anew and has no name yet; the very first one, too. */
    AGENT_BEFORE_RENAME,
    /** A journal that was written anew has just got its name. */
    AGENT_AFTER_RENAME;

    private static final @Nullable Fault FAULT = Fault.parse(System.getProperty("qcmd.failpoint"));

    /** The process is at this instant. Any thread. */
    public void hit() {
        if (FAULT != null) {
            FAULT.at(this);
        }
    }

    /** As it is written in the property. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-');
    }
}
