package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every journal must do. */
abstract class JournalContract {
    static final JobId FIRST = JobId.parse("01HZZZZZZZ0000000000000001");
    static final JobId SECOND = JobId.parse("01HZZZZZZZ0000000000000002");

    abstract Journal journal();

    @Test
    void unsettled_hasWhatWasStarted_inThatOrder() {
        complete(journal().started(SECOND));
        complete(journal().started(FIRST));

        assertThat(journal().unsettled()).containsExactly(entry(SECOND), entry(FIRST));
    }

    @Test
    void unsettled_hasTheProcess_onceItIsKnown() {
        complete(journal().started(FIRST));
        journal().spawned(FIRST, 4711, 99, "boot");
        complete(journal().started(SECOND));

        assertThat(journal().unsettled())
                .containsExactly(new Journal.Entry(FIRST, 4711, 99, "boot", null, List.of()), entry(SECOND));
    }

    @Test
    void unsettled_hasResultAndSmallOutput_onceDone() {
        Return result = succeeded(FIRST);
        List<Output> output = List.of(new Output(FIRST, Output.Stream.STDOUT, 0, Bytes.utf8("hi")));
        complete(journal().started(FIRST));
        complete(journal().done(result, output));

        assertThat(journal().unsettled()).containsExactly(new Journal.Entry(FIRST, 0, 0, "", result, output));
    }

    @Test
    void unsettled_forgets_whatWasReleased() {
        complete(journal().started(FIRST));
        complete(journal().done(succeeded(FIRST), List.of()));
        journal().released(FIRST);
        complete(journal().started(SECOND));

        assertThat(journal().unsettled()).containsExactly(entry(SECOND));
    }

    @Test
    void verbsOfAnUnknownJob_changeNothing() {
        journal().spawned(FIRST, 1, 1, "boot");
        journal().released(FIRST);
        complete(journal().done(succeeded(FIRST), List.of()));

        assertThat(journal().unsettled()).isEmpty();
    }

    @Test
    void startedAgain_keepsTheFirstEntry() {
        complete(journal().started(FIRST));
        complete(journal().done(succeeded(FIRST), List.of()));
        complete(journal().started(FIRST));

        assertThat(journal().unsettled())
                .singleElement()
                .satisfies(entry -> assertThat(entry.result()).isEqualTo(succeeded(FIRST)));
    }

    @Test
    void records_areCounted_asTheyComeToTheDisk() {
        long before = journal().records();
        complete(journal().started(FIRST));
        assertThat(journal().records()).isEqualTo(before + 1);

        complete(journal().done(succeeded(FIRST), List.of()));
        journal().released(FIRST);
        complete(journal().started(SECOND));

        assertThat(journal().records()).isEqualTo(before + 4);
    }

    @Test
    void renew_beginsAnotherEpoch_andKeepsTheEntries() {
        String before = journal().epoch();
        complete(journal().started(FIRST));

        complete(journal().renew());

        assertThat(journal().epoch()).isNotEqualTo(before);
        assertThat(journal().unsettled()).containsExactly(entry(FIRST));
    }

    static Journal.Entry entry(JobId job) {
        return Journal.Entry.started(job);
    }

    static Return succeeded(JobId job) {
        return new Return(job, TargetState.SUCCEEDED, 0, 7, Return.Captured.NONE, Return.Captured.NONE, 0, null);
    }

    static void complete(CompletionStage<Void> stage) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> stage.toCompletableFuture().isDone());
        assertThat(stage.toCompletableFuture()).isCompletedWithValue(null);
    }
}
