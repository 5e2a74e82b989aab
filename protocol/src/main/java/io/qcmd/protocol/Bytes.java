package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of bytes: a byte string in CBOR, base64 in JSON. Thread-safe, as nobody keeps the array inside. */
public final class Bytes {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** A copy of the given array. */
    public static Bytes copyOf(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array.clone());
    }

    /** A copy of a part of the given array. */
    public static Bytes copyOf(byte[] array, int from, int to) {
        return from == to ? EMPTY : new Bytes(Arrays.copyOfRange(array, from, to));
    }

    /** Takes the array over; the caller must not touch it again. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int size() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    public byte[] toArray() {
        return array.clone();
    }

    /** A read-only view; costs no copy. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    public String utf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    public String hex() {
        return HexFormat.of().formatHex(array);
    }

    public Bytes slice(int from, int to) {
        return from == 0 && to == array.length ? this : copyOf(array, from, to);
    }

    /** For the codec alone: the array itself, which it only reads. */
    @JsonValue
    byte[] raw() {
        return array;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return "Bytes[" + array.length + "]";
    }
}
