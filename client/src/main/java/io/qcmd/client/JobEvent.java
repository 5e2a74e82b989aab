package io.qcmd.client;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.TargetState;

/** Something that happened to a job. */
public sealed interface JobEvent {
    /** The bus has accepted it: the first event of {@link RunSpec#events()}. */
    record Started(Accepted accepted) implements JobEvent {}

    /** A target goes on: ACCEPTED or RUNNING. A hint, told again after a reconnect. */
    record Advanced(String minion, TargetState state) implements JobEvent {}

    /** A minion wrote something; always before its end. */
    record Printed(OutputChunk chunk) implements JobEvent {}

    /**
     * A target has its fate.
     *
     * @param late whether it revises a LOST that was told before
     */
    record Ended(TargetResult result, boolean late) implements JobEvent {}

    /** The connection to the bus is lost, and tried again for as long as it takes; the next event of any other kind says that it is there again. Nothing is missed. */
    record BusLost() implements JobEvent {}

    /** How many targets are in which state; comes last of all that was known together. */
    record Progressed(Counts counts) implements JobEvent {}
}
