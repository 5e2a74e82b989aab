package io.qcmd.client.local;

/** A question that was asked. Thread-safe. */
public interface Question {
    /**
     * So many answers more; of no effect on a question with one answer, and after the end.
     *
     * @param n 1 to 1,024
     */
    void request(int n);

    /** Nobody takes the answers any more. Idempotent. */
    void cancel();
}
