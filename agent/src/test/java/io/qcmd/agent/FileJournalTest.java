package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest extends JournalContract {
    private static final int COMPACT_FROM = 4_096;
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Journal journal;

    @BeforeEach
    void open() throws IOException {
        AtomicInteger lives = new AtomicInteger();
        journal = open(() -> lives.getAndIncrement() == 0 ? "first" : "first-" + lives, LONG);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Override
    Journal journal() {
        return journal;
    }

    @Test
    void reopened_hasAllOfIt_underTheSameEpoch() throws IOException {
        Return result = succeeded(FIRST);
        List<Output> output = List.of(new Output(FIRST, Output.Stream.STDERR, 3, Bytes.utf8("out")));
        complete(journal.started(FIRST));
        journal.spawned(FIRST, 12, 34, "boot");
        complete(journal.done(result, output));
        complete(journal.started(SECOND));

        reopen("second");

        assertThat(journal.epoch()).isEqualTo("first");
        assertThat(journal.unsettled())
                .containsExactly(new Journal.Entry(FIRST, 12, 34, "boot", result, output), entry(SECOND));
    }

    @Test
    @Tag("F32")
    void tornTail_isCutOff_whereverItWasTorn() throws IOException {
        complete(journal.started(FIRST));
        journal.close();
        long good = Files.size(file());
        journal = open("second");
        complete(journal.started(SECOND));
        journal.close();
        byte[] whole = Files.readAllBytes(file());

        for (int length = (int) good; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            journal = open("other");
            assertThat(journal.epoch()).isEqualTo("first");
            assertThat(journal.unsettled()).as("%s bytes", length).containsExactly(entry(FIRST));
            journal.close();
            assertThat(Files.size(file())).isEqualTo(good);
        }
        journal = open("other");
    }

    @Test
    @Tag("F32")
    void tornTail_isWrittenOver_byTheNextRecord() throws IOException {
        complete(journal.started(FIRST));
        journal.close();
        Files.write(file(), new byte[] {0, 0, 0, 16, 1, 2}, StandardOpenOption.APPEND);
        journal = open("other");
        complete(journal.started(SECOND));

        reopen("other");

        assertThat(journal.unsettled()).containsExactly(entry(FIRST), entry(SECOND));
    }

    @Test
    @Tag("F32")
    void damagedMiddle_beginsANewEpoch_andKeepsTheOldFileAside() throws IOException {
        complete(journal.started(FIRST));
        complete(journal.started(SECOND));
        journal.close();
        byte[] bytes = Files.readAllBytes(file());
        int epochBytes = JournalRecord.epoch("first", 0).size();
        bytes[epochBytes + JournalRecord.HEAD] ^= 1;
        Files.write(file(), bytes);

        journal = open("second");

        assertThat(journal.epoch()).isEqualTo("second");
        assertThat(journal.unsettled()).isEmpty();
        assertThat(directory.resolve("journal.damaged")).hasBinaryContent(bytes);
        reopen("third");
        assertThat(journal.epoch()).isEqualTo("second");
    }

    @Test
    @Tag("F32")
    void emptyOrDeletedFile_beginsANewEpoch() throws IOException {
        complete(journal.started(FIRST));
        journal.close();
        Files.write(file(), new byte[0]);
        journal = open("second");
        assertThat(journal.epoch()).isEqualTo("second");
        assertThat(journal.unsettled()).isEmpty();
        journal.close();
        Files.delete(file());
        journal = open("third");
        assertThat(journal.epoch()).isEqualTo("third");
    }

    @Test
    @Tag("F15")
    void compaction_keepsEpochAndUnsettledEntries_andBoundsTheFile() throws IOException {
        complete(journal.started(FIRST));
        journal.spawned(FIRST, 12, 34, "boot");
        for (int i = 0; i < 500; i++) {
            JobId job = new JobId(7, i);
            complete(journal.started(job));
            complete(journal.done(succeeded(job), List.of()));
            journal.released(job);
        }
        complete(journal.done(succeeded(FIRST), List.of()));

        assertThat(Files.size(file())).isLessThan(2 * COMPACT_FROM);
        reopen("second");
        assertThat(journal.epoch()).isEqualTo("first");
        assertThat(journal.unsettled())
                .containsExactly(new Journal.Entry(FIRST, 12, 34, "boot", succeeded(FIRST), List.of()));
    }

    @Test
    @Tag("F15")
    void unfinishedCompaction_isIgnored() throws IOException {
        complete(journal.started(FIRST));
        journal.close();
        Files.write(directory.resolve("journal.new"), new byte[] {1, 2, 3});

        journal = open("second");

        assertThat(journal.unsettled()).containsExactly(entry(FIRST));
        assertThat(directory.resolve("journal.new")).doesNotExist();
    }

    @Test
    @Tag("F32")
    void renewed_isAnotherLife_withTheSameEntries() throws IOException {
        Return result = succeeded(FIRST);
        complete(journal.started(FIRST));
        journal.close();
        String[] names = {"unused", "renewed"};
        AtomicInteger next = new AtomicInteger();
        journal = open(() -> names[next.getAndIncrement()], LONG);
        complete(journal.done(result, List.of()));
        long records = journal.records();

        complete(journal.renew());

        assertThat(journal.epoch()).isEqualTo("renewed");
        complete(journal.started(SECOND));
        reopen("other");
        assertThat(journal.epoch()).isEqualTo("renewed");
        assertThat(journal.records()).isEqualTo(records + 1);
        assertThat(journal.unsettled())
                .containsExactly(new Journal.Entry(FIRST, 0, 0, "", result, List.of()), entry(SECOND));
    }

    @Test
    @Tag("F32")
    void journalThatRests_getsMarks_soThatAnOlderCopyIsKnown() throws IOException {
        journal.close();
        journal = open(() -> "other", Duration.ofMillis(1));
        long records = journal.records();

        await().until(() -> journal.records() > records + 2);

        assertThat(journal.unsettled()).isEmpty();
        reopen("other");
        assertThat(journal.epoch()).isEqualTo("first");
        assertThat(journal.records()).isGreaterThan(records + 2);
    }

    @Test
    void secondAgentOnTheDirectory_isRefused_untilTheFirstIsGone() throws IOException {
        assertThatThrownBy(() -> open("second"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("another agent runs on it");
        reopen("second");
        assertThat(journal.epoch()).isEqualTo("first");
    }

    @Test
    void afterClose_promisesFail() {
        journal.close();

        assertThat(journal.started(FIRST).toCompletableFuture()).isCompletedExceptionally();
    }

    private void reopen(String epoch) throws IOException {
        journal.close();
        journal = open(epoch);
    }

    private Journal open(String epoch) throws IOException {
        return open(() -> epoch, LONG);
    }

    private Journal open(Supplier<String> epochs, Duration markAfter) throws IOException {
        return FileJournal.open(directory, epochs, COMPACT_FROM, markAfter, error -> {
            throw new AssertionError(error);
        });
    }

    private Path file() {
        return directory.resolve("journal");
    }
}
