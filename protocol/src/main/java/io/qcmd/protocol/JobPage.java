package io.qcmd.protocol;

import java.util.List;

/** Some jobs, newest first. */
public record JobPage(List<JobInfo> jobs) {
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
