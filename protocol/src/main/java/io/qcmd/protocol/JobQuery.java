package io.qcmd.protocol;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The newest jobs first. Looked for among the newest 10,000.
 *
 * @param limit at most so many, 1 to 10,000
 * @param mine only those of whoever asks
 * @param states only these; none: all
 * @param withinMillis only those accepted so long ago at most, 1 ms and more; null: all
 * @param notes only those that have all of these; none: all
 */
public record JobQuery(
        int limit,
        boolean mine,
        Set<JobStatus> states,
        @Nullable Long withinMillis,
        Map<String, String> notes) {
    public static final int MOST = 10_000;

    public JobQuery {
        if (limit < 1 || limit > MOST) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "limit " + limit + ": use 1 to 10,000");
        }
        if (withinMillis != null && withinMillis < 1) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "within " + withinMillis + " ms: use 1 ms or more");
        }
        Set<JobStatus> sorted = EnumSet.noneOf(JobStatus.class);
        sorted.addAll(states);
        states = Collections.unmodifiableSet(sorted);
        notes = new Remark("", notes).notes();
    }

    /** Of all jobs. */
    public static JobQuery newest(int limit) {
        return new JobQuery(limit, false, Set.of(), null, Map.of());
    }
}
