package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a journal says after anything that a crash or a bad disk may do to its file. */
class JournalDamageTest {
    private static final int RECORDS = 8;
    private static final String OLD = "old";
    private static final String NEW = "new";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** After so many bytes of the file, the journal says this. */
    private record State(int end, long records, List<Journal.Entry> entries) {}

    /** What was read from a file. */
    private record Read(String epoch, long records, List<Journal.Entry> entries) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Tag("F32")
    void cutAnywhere_saysWhatItSaidThen(long seed) throws IOException {
        List<State> states = write(new Random(seed));
        byte[] whole = Files.readAllBytes(file());

        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            int cut = length;
            State before = states.stream()
                    .filter(state -> state.end() <= cut)
                    .reduce((older, newer) -> newer)
                    .orElse(new State(0, 0, List.of()));

            assertThat(read())
                    .as("seed %s, cut at %s", seed, length)
                    .isEqualTo(new Read(before.end() == 0 ? NEW : OLD, before.records(), before.entries()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Tag("F32")
    void flippedAnywhere_losesTheLastRecord_orBeginsANewEpoch(long seed) throws IOException {
        Random random = new Random(seed);
        List<State> states = write(random);
        byte[] whole = Files.readAllBytes(file());
        State last = states.get(states.size() - 2);

        for (int at = 0; at < whole.length; at++) {
            byte[] bad = whole.clone();
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), bad);
            boolean isTail = at >= last.end();

            assertThat(read())
                    .as("seed %s, byte %s", seed, at)
                    .isEqualTo(isTail ? new Read(OLD, last.records(), last.entries()) : new Read(NEW, 0, List.of()));
            assertThat(isTail || Arrays.equals(Files.readAllBytes(beside("damaged")), bad))
                    .as("byte %s: what was damaged is kept", at)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Tag("F15")
    void crashInACompaction_leavesTheOldFileOrTheNew_andNothingIsLost(long seed) throws IOException {
        State state = last(write(new Random(seed)));
        byte[] old = Files.readAllBytes(file());
        try (JournalFile journal = JournalFile.open(file(), NEW, 1, new JournalIndex())) {
            journal.compact(state.entries());
        }
        byte[] compacted = Files.readAllBytes(file());
        Read all = new Read(OLD, state.records(), state.entries());
        assertThat(read()).as("after the rename").isEqualTo(all);

        for (int length = 0; length <= compacted.length; length++) {
            Files.write(file(), old);
            Files.write(beside("new"), Arrays.copyOf(compacted, length));

            assertThat(read())
                    .as("seed %s, %s bytes of the new file", seed, length)
                    .isEqualTo(all);
            assertThat(beside("new")).doesNotExist();
        }
    }

    @Test
    @Tag("F32")
    void olderCopy_knowsFewerRecords_howeverOftenItWasCompacted() throws IOException {
        byte[] copy;
        try (JournalFile journal = JournalFile.open(file(), OLD, 1, new JournalIndex())) {
            journal.append(List.of(JournalRecord.started(job(1)), JournalRecord.released(job(1))));
            journal.compact(List.of());
            journal.append(List.of(JournalRecord.started(job(2))));
            journal.sync();
            copy = Files.readAllBytes(file());
            journal.append(List.of(JournalRecord.released(job(2)), JournalRecord.mark()));
            journal.compact(List.of());
            assertThat(journal.durable()).isEqualTo(5);
        }
        assertThat(read().records()).isEqualTo(5);

        Files.write(file(), copy);

        assertThat(read()).isEqualTo(new Read(OLD, 3, List.of(Journal.Entry.started(job(2)))));
    }

    @Test
    void whatWasNotSynced_isNotTold() throws IOException {
        try (JournalFile journal = JournalFile.open(file(), OLD, 1, new JournalIndex())) {
            journal.append(List.of(JournalRecord.started(job(1))));
            assertThat(journal.durable()).isZero();

            journal.sync();

            assertThat(journal.durable()).isEqualTo(1);
        }
    }

    /** A journal of some commands in all stages of their lives; what it said after each record. */
    private List<State> write(Random random) throws IOException {
        List<State> states = new ArrayList<>();
        JournalIndex index = new JournalIndex();
        try (JournalFile journal = JournalFile.open(file(), OLD, JournalFile.COMPACT_FROM, index)) {
            states.add(new State((int) journal.size(), 0, List.of()));
            for (int n = 1; n <= RECORDS; n++) {
                JournalRecord record = n == 1 ? JournalRecord.started(job(0)) : record(random);
                journal.append(List.of(record));
                assertThat(record.applyTo(index)).isTrue();
                states.add(new State((int) journal.size(), n, index.entries()));
            }
        }
        return states;
    }

    private static JournalRecord record(Random random) {
        JobId job = job(random.nextInt(4));
        Bytes text = Bytes.utf8("x".repeat(random.nextInt(20)));
        return switch (random.nextInt(5)) {
            case 0 -> JournalRecord.spawned(job, random.nextInt(99), random.nextLong(), "boot");
            case 1 ->
                JournalRecord.done(
                        JournalContract.succeeded(job), List.of(new Output(job, Output.Stream.STDOUT, 0, text)));
            case 2 -> JournalRecord.released(job);
            case 3 -> JournalRecord.mark();
            default -> JournalRecord.started(job);
        };
    }

    private Read read() throws IOException {
        JournalIndex index = new JournalIndex();
        try (JournalFile journal = JournalFile.open(file(), NEW, JournalFile.COMPACT_FROM, index)) {
            return new Read(journal.epoch(), journal.durable(), index.entries());
        }
    }

    private static State last(List<State> states) {
        return states.get(states.size() - 1);
    }

    private static JobId job(int number) {
        return new JobId(7, number);
    }

    private Path file() {
        return directory.resolve("journal");
    }

    private Path beside(String suffix) {
        return directory.resolve("journal." + suffix);
    }
}
