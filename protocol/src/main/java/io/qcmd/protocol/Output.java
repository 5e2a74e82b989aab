package io.qcmd.protocol;

/**
 * A piece of the output of a command.
 *
 * @param offset where it stands in the true output of that stream; a jump says that bytes between head and tail were left out
 * @param bytes at most 64 KiB
 */
public record Output(JobId job, Stream stream, long offset, Bytes bytes) implements Report {
    /** Which of the two. */
    public enum Stream {
        STDOUT(1024 * 1024),
        STDERR(256 * 1024);

        private final int keptBytes;

        Stream(int keptBytes) {
            this.keptBytes = keptBytes;
        }

        /** The most that is kept of it per target, head and tail together. */
        public int keptBytes() {
            return keptBytes;
        }
    }

    /** So that the end of a piece is a number too. */
    private static final long MOST_OFFSET = Long.MAX_VALUE - Limits.CHUNK;

    public Output {
        if (offset < 0 || offset > MOST_OFFSET || bytes.isEmpty() || bytes.size() > Limits.CHUNK) {
            throw new IllegalArgumentException("output: " + bytes.size() + " bytes at " + offset + "; use 1 to "
                    + Limits.CHUNK + " at 0 to " + MOST_OFFSET);
        }
    }

    /** The offset after its last byte. */
    public long end() {
        return offset + bytes.size();
    }
}
