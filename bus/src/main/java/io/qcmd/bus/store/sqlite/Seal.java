package io.qcmd.bus.store.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A checksum over the columns of a row, in its last one: SQLite sees damage to its own structure, but no bit that flips inside of a value. CRC-32C finds every
 * burst of up to 32 bits and all but one of 4 billion other accidents; it is no protection against a hand that changes both.
 */
final class Seal {
    private Seal() {}

    /** The row with its seal behind it. */
    static @Nullable Object[] on(@Nullable Object... columns) {
        @Nullable Object[] sealed = Arrays.copyOf(columns, columns.length + 1);
        sealed[columns.length] = of(columns);
        return sealed;
    }

    static long of(@Nullable Object... columns) {
        CRC32C sum = new CRC32C();
        for (Object column : columns) {
            add(sum, column);
        }
        return sum.getValue();
    }

    /** Whether the last of so many columns is the seal of those before it. */
    static boolean holds(ResultSet row, int columns) throws SQLException {
        CRC32C sum = new CRC32C();
        for (int i = 1; i < columns; i++) {
            add(sum, row.getObject(i));
        }
        return sum.getValue() == row.getLong(columns);
    }

    /** A number, or the length of a text or bytes; nothing is as long as no bytes. */
    private static void add(CRC32C sum, @Nullable Object column) {
        if (column instanceof Number number) {
            sum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number.longValue()));
            return;
        }
        byte[] bytes = column instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : column == null ? new byte[0] : (byte[]) column;
        sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        sum.update(bytes);
    }
}
