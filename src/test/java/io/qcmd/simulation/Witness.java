package io.qcmd.simulation;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Return;

/** Sees what agents do to the world. */
public interface Witness {
    /** A command was exec'ed. */
    void executed(MinionId minion, JobId job);

    /** The journal has a result on its disk. */
    void kept(MinionId minion, Return result);

    /** The agent drops its entry of a job. */
    void released(MinionId minion, JobId job);

    /** All entries of a journal are gone, by no fault of the agent. */
    void lost(MinionId minion);

    /** A step at which the agent may crash; its life may be over after it. */
    void step(Life life, String what);

    /** Something broke. */
    void suffered(String fault);

    /** For the log. */
    void note(Object who, String what);
}
