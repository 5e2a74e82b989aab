package io.qcmd.simulation;

/** A rule that is taken away, by a decorator around what obeys it, so that the simulation has to find out that it is missing. */
public enum Mutation {
    /** All rules hold. */
    NONE(""),
    /** READY is answered with GO whatever became of the target. */
    NO_CHECK_AT_GO("G5"),
    /** A command is exec'ed before STARTED is on the disk. */
    NO_JOURNAL_BEFORE_EXEC("G3"),
    /** An agent drops a result that the bus has not settled. */
    NO_SETTLE_BEFORE_PURGE("G4"),
    /** A bus that starts does not know who was connected, and so not what may have been granted. */
    NO_MAYBE_GRANTED("G5"),
    /** A bus that starts leaves the sessions open that ended with the bus before. */
    NO_ENDS_OF_SESSIONS("G5");

    private final String promise;

    Mutation(String promise) {
        this.promise = promise;
    }

    /** The one that breaks without the rule; others may as well. */
    String promise() {
        return promise;
    }
}
