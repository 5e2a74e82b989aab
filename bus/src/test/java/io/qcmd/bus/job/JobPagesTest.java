package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.StoreSamples;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class JobPagesTest {
    @Test
    void fullPages_have256Jobs() {
        assertThat(sizes(Collections.nCopies(600, job("web1", 0)))).containsExactly(256, 256, 88);
        assertThat(sizes(List.of())).isEmpty();
    }

    @Test
    void jobsWithMuchInput_areFewInAPage() {
        // A word and a target come to each of them.
        assertThat(sizes(Collections.nCopies(5, job("web1", Limits.STDIN - 100))))
                .containsExactly(2, 2, 1);
    }

    @Test
    void jobWithALongTarget_isAloneInItsPage() {
        JobInfo small = job("web1", 0);
        JobInfo large = job("a,".repeat(300_000) + "b", 0);

        assertThat(sizes(List.of(small, large, small, small))).containsExactly(1, 1, 2);
    }

    private static List<Integer> sizes(List<JobInfo> jobs) {
        return Await.values(
                JobPages.of(Flux.fromIterable(jobs)).map(page -> page.jobs().size()));
    }

    private static JobInfo job(String target, int input) {
        return new JobInfo(
                StoreSamples.job(1).job(),
                Selection.of(new Target(target)),
                Command.shell("true").withStdin(Bytes.wrap(new byte[input])),
                "tester",
                1,
                2,
                3,
                null,
                0,
                JobStatus.RUNNING,
                new Counts(Map.of()),
                null,
                Remark.NONE);
    }
}
