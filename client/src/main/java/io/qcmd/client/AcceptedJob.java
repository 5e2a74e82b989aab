package io.qcmd.client;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.JobRef;

final class AcceptedJob extends BusJob implements StartedJob {
    private final Accepted accepted;

    AcceptedJob(BusClient client, Accepted accepted) {
        super(client, new JobRef(accepted.job().toString()));
        this.accepted = accepted;
    }

    @Override
    public Accepted accepted() {
        return accepted;
    }
}
