package io.qcmd.client.local;

/** Who takes the answers to one question. Called by the thread of the line, one call at a time; must not wait. */
public interface Answers {
    /** One more, never more than were asked for. Keeps the array. */
    void next(byte[] data);

    /** Once, and nothing after it; never after a cancel that the line has seen. */
    void ended(Ending how);
}
