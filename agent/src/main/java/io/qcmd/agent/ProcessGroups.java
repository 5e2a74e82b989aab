package io.qcmd.agent;

import io.qcmd.protocol.JobId;

/**
 * No containment by the kernel: the processes of a command are found by session, environment and descent alone; see {@link ProcessTree}.
 *
 * @param reason why there is nothing better
 */
record ProcessGroups(String reason) implements Containment {
    @Override
    public String described() {
        return "process group: " + reason;
    }

    @Override
    public Cell open(JobId job, boolean daemons) {
        return Cell.NONE;
    }

    @Override
    public Cell leftBy(JobId job) {
        return Cell.NONE;
    }

    @Override
    public void sweep() {}

    @Override
    public void close() {}
}
