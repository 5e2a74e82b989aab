package io.qcmd.simulation;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import java.time.Duration;

/**
 * What a simulated command does, as it stands in its command line. What it ends with and what it prints follow from job and minion, so that whoever reads a result
 * knows whether it is the right one.
 *
 * @param runsMillis until it ends by itself
 * @param prints bytes of stdout
 * @param executable whether it can be exec'ed at all
 * @param stubborn whether it goes on after TERM
 */
public record Plan(long runsMillis, int prints, boolean executable, boolean stubborn) {
    /** The command line. */
    String line() {
        return runsMillis + " " + prints + " " + executable + " " + stubborn;
    }

    public static Plan of(Command command) {
        String[] words = command.argv().get(0).split(" ");
        return new Plan(
                Long.parseLong(words[0]),
                Integer.parseInt(words[1]),
                Boolean.parseBoolean(words[2]),
                Boolean.parseBoolean(words[3]));
    }

    public Duration runs() {
        return Duration.ofMillis(runsMillis);
    }

    /** 0, 1 or 2. */
    public static int exitCode(JobId job, MinionId minion) {
        return Math.floorMod(job.low() + minion.hashCode(), 3);
    }

    /** All that it prints when it comes to its end. */
    public Bytes output(JobId job, MinionId minion) {
        byte[] bytes = new byte[prints];
        int next = (int) job.low() ^ minion.hashCode();
        for (int i = 0; i < prints; i++) {
            next = next * 1_103_515_245 + 12_345;
            bytes[i] = (byte) (next >>> 16);
        }
        return Bytes.wrap(bytes);
    }
}
