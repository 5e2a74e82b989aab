package io.qcmd.client;

import io.qcmd.protocol.Accepted;

/** A job that this client has submitted. */
public interface StartedJob extends Job {
    /** What the bus answered: how many targets, which names were left out, by when all is known. */
    Accepted accepted();
}
