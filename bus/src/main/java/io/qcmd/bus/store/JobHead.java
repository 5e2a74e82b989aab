package io.qcmd.bus.store;

import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import org.jspecify.annotations.Nullable;

/** A {@link JobRecord} without its minions, which may be 100,000: what a list of jobs needs of each. */
public record JobHead(
        JobId job,
        long order,
        Selection selection,
        Command command,
        String submittedBy,
        long acceptedAt,
        long expiresAt,
        long completesBy,
        @Nullable CancelWish cancel,
        long endedAt,
        @Nullable Parent parent,
        Remark remark) {}
