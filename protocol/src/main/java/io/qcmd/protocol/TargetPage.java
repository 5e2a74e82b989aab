package io.qcmd.protocol;

import java.util.List;

/** Some targets of a job, at most 256: first those that ended, in the order of their ends, each target once. */
public record TargetPage(List<TargetInfo> targets) {
    public TargetPage {
        targets = List.copyOf(targets);
    }
}
