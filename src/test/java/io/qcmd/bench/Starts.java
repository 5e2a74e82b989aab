package io.qcmd.bench;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which commands were started on which minions, as these saw it. Thread-safe. */
final class Starts {
    private final Map<JobId, Counting> jobs = new ConcurrentHashMap<>();

    private record Counting(Set<MinionId> minions, LongAdder again) {}

    /**
     * Of one job.
     *
     * @param minions that started it
     * @param again starts that were not the first one on their minion
     */
    record OfJob(Set<MinionId> minions, int again) {
        private static final String BETWEEN = " ";

        OfJob {
            minions = Set.copyOf(minions);
        }

        String line() {
            return again + minions.stream().map(minion -> BETWEEN + minion).collect(Collectors.joining());
        }

        static OfJob parse(String line) {
            String[] words = line.split(BETWEEN, -1);
            return new OfJob(
                    Stream.of(words).skip(1).map(MinionId::new).collect(Collectors.toSet()),
                    Integer.parseInt(words[0]));
        }
    }

    void add(MinionId minion, JobId job) {
        Counting starts = jobs.computeIfAbsent(job, id -> new Counting(ConcurrentHashMap.newKeySet(), new LongAdder()));
        if (!starts.minions.add(minion)) {
            starts.again.increment();
        }
    }

    OfJob of(JobId job) {
        Counting starts = jobs.get(job);
        return starts == null ? new OfJob(Set.of(), 0) : new OfJob(starts.minions, starts.again.intValue());
    }
}
