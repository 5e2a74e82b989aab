package io.qcmd.simulation;

/** What happened, line by line: the log of a simulation, and the proof that the same seed tells the same story. */
public final class Chronicle {
    private final VirtualTime time;
    private final StringBuilder lines = new StringBuilder();

    Chronicle(VirtualTime time) {
        this.time = time;
    }

    /** @param who acts */
    public void note(Object who, String what) {
        long micros = time.nanos() / 1_000;
        lines.append(micros / 1_000_000).append('.');
        for (long unit = 100_000; unit > 0; unit /= 10) {
            lines.append((char) ('0' + micros / unit % 10));
        }
        lines.append(' ').append(who).append(": ").append(what).append('\n');
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
