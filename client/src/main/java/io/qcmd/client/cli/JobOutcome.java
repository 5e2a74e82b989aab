package io.qcmd.client.cli;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.Map;

/**
 * How a job ended as a whole.
 *
 * @param job its 26 characters
 * @param code the exit code: that of {@code exit}, or a larger one of a target
 * @param took as seen from here
 */
record JobOutcome(String job, Map<TargetState, Integer> ends, ExitCode exit, int code, Duration took) {
    /** As people type it. */
    String shortForm() {
        return JobId.parse(job).shortForm();
    }
}
