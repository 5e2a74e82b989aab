package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.qcmd.protocol.JobId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever stands in the file of a journal: it can be opened, it goes on, and what is written then is there at the next start, under the same epoch. Inputs:
 * resources/io/qcmd/agent/JournalFuzzTestInputs; JAZZER_FUZZ=1 searches for new ones.
 */
@Tag("F32")
class JournalFuzzTest {
    private static final JobId JOB = new JobId(-1, -1);

    @TempDir
    static Path directory;

    /** The bytes of a whole file. */
    @FuzzTest
    void files(byte[] file) throws IOException {
        goesOn(file);
    }

    /** An input of a format that is not read any more would test one refusal, again and again. */
    @Test
    void theWholeInput_isReadAsItWasWritten() throws IOException, URISyntaxException {
        URL stored = Objects.requireNonNull(JournalFuzzTest.class.getResource("JournalFuzzTestInputs/files/whole"));
        Path path = Files.copy(Path.of(stored.toURI()), directory.resolve("whole"));
        JournalIndex index = new JournalIndex();
        try (JournalFile journal = JournalFile.open(path, "new", JournalFile.COMPACT_FROM, index)) {
            assertThat(journal.epoch()).isEqualTo("e1");
            assertThat(journal.durable()).isGreaterThan(3);
        }
    }

    /** Records with good checksums, whatever they say: of each its type, two bytes of length, and the body. */
    @FuzzTest
    void records(byte[] records) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(bytes(JournalRecord.epoch("old", 0)));
        for (ByteBuffer in = ByteBuffer.wrap(records); in.remaining() > 2; ) {
            byte type = in.get();
            byte[] body = new byte[Math.min(Short.toUnsignedInt(in.getShort()), in.remaining())];
            in.get(body);
            file.writeBytes(bytes(new JournalRecord(type, body)));
        }
        goesOn(file.toByteArray());
    }

    private static void goesOn(byte[] file) throws IOException {
        Path path = directory.resolve("journal");
        Files.write(path, file);
        String epoch;
        try (JournalFile journal = JournalFile.open(path, "new", JournalFile.COMPACT_FROM, new JournalIndex())) {
            epoch = journal.epoch();
            journal.append(List.of(JournalRecord.released(JOB), JournalRecord.started(JOB)));
        }
        JournalIndex index = new JournalIndex();
        try (JournalFile journal = JournalFile.open(path, "other", JournalFile.COMPACT_FROM, index)) {
            assertThat(journal.epoch()).isEqualTo(epoch);
            assertThat(index.entries()).anyMatch(entry -> entry.job().equals(JOB));
        }
    }

    private static byte[] bytes(JournalRecord record) {
        ByteBuffer bytes = ByteBuffer.allocate(record.size());
        record.writeTo(bytes);
        return bytes.array();
    }
}
