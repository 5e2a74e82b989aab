package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal on a disk that is full: nothing starts, and what runs can say how it ended. */
@Tag("F27")
class FullDiskTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private SmallDisk disk;

    @BeforeEach
    void mount() throws IOException {
        disk = SmallDisk.mount(directory.resolve("disk"), 8);
    }

    @AfterEach
    void unmount() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void endsOfWhatRuns_areJournaled_nothingStarts_andItRecoversByItself() throws Exception {
        try (Journal journal = open()) {
            disk.fill();
            List<JobId> running = startUntilRefused(journal);
            assertThat(running).isNotEmpty();

            for (JobId job : running) {
                complete(journal.done(succeeded(job), output(job)));
            }
            assertThatThrownBy(() -> complete(journal.started(job(8_888)))).hasMessageContaining("disk:");

            disk.empty();
            JobId later = job(9_999);
            complete(journal.started(later));

            assertThat(reserve()).hasSize(DiskReserve.BYTES);
            assertThat(journal.unsettled()).hasSize(running.size() + 1);
        }
        try (Journal journal = open()) {
            assertThat(journal.unsettled().subList(0, journal.unsettled().size() - 1))
                    .allSatisfy(entry -> {
                        assertThat(entry.result()).isEqualTo(succeeded(entry.job()));
                        assertThat(entry.output()).isEqualTo(output(entry.job()));
                    });
        }
    }

    @Test
    void agentThatStartsOnAFullDisk_saysWhatWasInterrupted() throws Exception {
        try (Journal journal = open()) {
            complete(journal.started(job(1)));
        }
        disk.fill();
        try (Journal journal = open()) {
            complete(journal.done(succeeded(job(1)), output(job(1))));
            complete(journal.done(succeeded(job(1)), output(job(1))));
            assertThatThrownBy(() -> complete(journal.started(job(8_888)))).hasMessageContaining("disk:");
        }
    }

    @Test
    void reserve_thatFindsNoRoom_takesNone() throws Exception {
        disk.fill();
        DiskReserve reserve = DiskReserve.open(reserve());

        assertThatThrownBy(reserve::fill).isInstanceOf(IOException.class).hasMessageContaining("disk:");

        assertThat(reserve()).isEmptyFile();
    }

    /** A page of the disk may have room for some. */
    private static List<JobId> startUntilRefused(Journal journal) throws Exception {
        List<JobId> running = new ArrayList<>();
        for (int n = 0; n < 1_000; n++) {
            try {
                complete(journal.started(job(n)));
                running.add(job(n));
            } catch (ExecutionException full) {
                return running;
            }
        }
        throw new AssertionError("the disk is never full");
    }

    private Journal open() throws IOException {
        return FileJournal.open(disk.path(), () -> UUID.randomUUID().toString(), error -> {
            throw new AssertionError(error);
        });
    }

    private Path reserve() {
        return disk.path().resolve("reserve");
    }

    private static void complete(CompletionStage<Void> promise) throws Exception {
        promise.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Return succeeded(JobId job) {
        return new Return(job, TargetState.SUCCEEDED, 0, 7, Return.Captured.NONE, Return.Captured.NONE, 0, null);
    }

    private static List<Output> output(JobId job) {
        return List.of(new Output(job, Output.Stream.STDOUT, 0, Bytes.utf8("x".repeat(8_000))));
    }

    private static JobId job(int number) {
        return new JobId(7, number);
    }
}
