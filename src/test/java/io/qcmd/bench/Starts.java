package io.qcmd.bench;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Which commands were started on which minions, as these saw it. Thread-safe. */
final class Starts {
    private final Map<JobId, OfJob> jobs = new ConcurrentHashMap<>();

    private record OfJob(Set<MinionId> minions, LongAdder again) {}

    /**
     * Of one job.
     *
     * @param minions that started it
     * @param again starts that were not the first one on their minion
     */
    record Count(int minions, int again) {
        String line() {
            return minions + " " + again;
        }

        static Count parse(String line) {
            String[] numbers = line.split(" ", 2);
            return new Count(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        }
    }

    void add(MinionId minion, JobId job) {
        OfJob starts = jobs.computeIfAbsent(job, id -> new OfJob(ConcurrentHashMap.newKeySet(), new LongAdder()));
        if (!starts.minions.add(minion)) {
            starts.again.increment();
        }
    }

    Count of(JobId job) {
        OfJob starts = jobs.get(job);
        return starts == null ? new Count(0, 0) : new Count(starts.minions.size(), starts.again.intValue());
    }
}
