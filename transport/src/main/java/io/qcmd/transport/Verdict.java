package io.qcmd.transport;

/** What becomes of a frame that came in. */
sealed interface Verdict {
    Verdict PASS = new Pass();
    Verdict DROP = new Drop();
    Verdict BUSY = new Busy();

    static Verdict close(Violation reason) {
        return new Close(reason);
    }

    /** It goes to rsocket-core. */
    record Pass() implements Verdict {}

    /** It came too late to mean anything. */
    record Drop() implements Verdict {}

    /** A request that is answered with BUSY; the connection stays. */
    record Busy() implements Verdict {}

    /** The connection is closed. */
    record Close(Violation reason) implements Verdict {}
}
