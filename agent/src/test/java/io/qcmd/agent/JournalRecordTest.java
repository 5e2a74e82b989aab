package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.JobId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class JournalRecordTest {
    private static final JobId JOB = new JobId(0x0102030405060708L, 0x1112131415161718L);
    private static final String JOB_BYTES = "01020304050607081112131415161718";

    @Test
    void bytes_areExactlyThese() {
        // The checksums were computed apart from this code, by a bit-wise CRC-32C (polynomial 0x82F63B78).
        assertThat(hex(JournalRecord.epoch("e1", 258)))
                .isEqualTo("0000000b" + "bc0816b4" + "01" + "02" + "0000000000000102" + "6531");
        assertThat(hex(JournalRecord.started(JOB))).isEqualTo("00000010" + "06255533" + "02" + JOB_BYTES);
        assertThat(hex(JournalRecord.spawned(JOB, 258, 3, "b")))
                .isEqualTo("00000021" + "77deafba" + "03" + JOB_BYTES + "0000000000000102" + "0000000000000003" + "62");
        assertThat(hex(JournalRecord.released(JOB))).isEqualTo("00000010" + "9c77365f" + "05" + JOB_BYTES);
        assertThat(hex(JournalRecord.mark())).isEqualTo("00000000" + "74dcb4b9" + "06");
    }

    @Test
    void readFrom_givesBackWhatWasWritten_andMovesBehindIt() {
        JournalRecord record = JournalRecord.spawned(JOB, 1, 2, "boot");
        ByteBuffer bytes = ByteBuffer.allocate(100);
        record.writeTo(bytes);
        bytes.flip();

        JournalRecord read = JournalRecord.readFrom(bytes);

        assertThat(read).isNotNull().satisfies(same -> assertThat(same.body()).isEqualTo(record.body()));
        assertThat(bytes.remaining()).isZero();
    }

    @Test
    void readFrom_isNull_whateverBitIsFlipped() {
        byte[] good = HexFormat.of().parseHex(hex(JournalRecord.started(JOB)));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(JournalRecord.readFrom(ByteBuffer.wrap(bad)))
                    .as("bit %s", bit)
                    .isNull();
        }
    }

    @Test
    void readFrom_isNull_whereverItIsTorn() {
        byte[] good = HexFormat.of().parseHex(hex(JournalRecord.started(JOB)));
        for (int length = 0; length < good.length; length++) {
            ByteBuffer torn = ByteBuffer.wrap(good, 0, length);
            assertThat(JournalRecord.readFrom(torn)).as("%s bytes", length).isNull();
            assertThat(torn.position()).isZero();
        }
    }

    @Test
    void readFrom_isNull_forZeroes() {
        assertThat(JournalRecord.readFrom(ByteBuffer.allocate(4096))).isNull();
    }

    private static String hex(JournalRecord record) {
        ByteBuffer bytes = ByteBuffer.allocate(record.size());
        record.writeTo(bytes);
        return HexFormat.of().formatHex(bytes.array());
    }
}
