package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A ULID: 48 bits of milliseconds, 80 random bits; 26 characters of Crockford's base 32, upper case. Parsed to 128 bits at the door, so that an id from
 * outside is never a path or a pattern. Ordered by time. See github.com/ulid/spec.
 */
public record JobId(long high, long low) implements Comparable<JobId> {
    public static final int LENGTH = 26;
    /** The shortest suffix that people may type. */
    public static final int SHORT = 6;

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final long TIME_LIMIT = 1L << 48;

    // On the wire an id is its text; Jackson would also take the two numbers.
    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public JobId {}

    /** An id of the given millisecond; {@code random} gives the other 80 bits. */
    public static JobId of(long epochMillis, int random16, long random64) {
        if (epochMillis < 0 || epochMillis >= TIME_LIMIT) {
            throw new IllegalArgumentException("time " + epochMillis + " does not fit 48 bits");
        }
        return new JobId(epochMillis << 16 | (random16 & 0xFFFF), random64);
    }

    /** Reads 26 characters, upper or lower case. Anything else: {@link ErrorCode#JOB_ID_INVALID}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static JobId parse(String text) {
        if (text.length() != LENGTH || digit(text, 0) > 7) {
            throw invalid(text);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            high = high << 5 | low >>> 59;
            low = low << 5 | digit(text, i);
        }
        return new JobId(high, low);
    }

    public long epochMillis() {
        return high >>> 16;
    }

    /** The last 6 characters: what people see and type. */
    public String shortForm() {
        return toString().substring(LENGTH - SHORT);
    }

    @Override
    public int compareTo(JobId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @JsonValue
    @Override
    public String toString() {
        char[] text = new char[LENGTH];
        long h = high;
        long l = low;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (l & 31));
            l = l >>> 5 | h << 59;
            h >>>= 5;
        }
        return new String(text);
    }

    private static int digit(String text, int index) {
        char c = text.charAt(index);
        int digit = ALPHABET.indexOf(c >= 'a' && c <= 'z' ? c - 32 : c);
        if (digit < 0) {
            throw invalid(text);
        }
        return digit;
    }

    private static QcmdException invalid(String text) {
        return new QcmdException(ErrorCode.JOB_ID_INVALID, "job id " + Quoted.of(text) + ": no ULID of 26 characters");
    }
}
