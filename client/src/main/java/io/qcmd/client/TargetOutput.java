package io.qcmd.client;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Return;

/**
 * What is known of a target's output at its end. All that is kept comes from {@link Job#output}.
 *
 * @param stdout its first 8 KiB
 * @param stderr its first 8 KiB
 * @param stdoutBytes how many the command wrote
 * @param stderrBytes likewise
 * @param truncated whether less was kept than was written
 */
public record TargetOutput(Bytes stdout, Bytes stderr, long stdoutBytes, long stderrBytes, boolean truncated) {
    public static final TargetOutput NONE = new TargetOutput(Bytes.EMPTY, Bytes.EMPTY, 0, 0, false);

    static TargetOutput of(Fate fate) {
        Return result = fate.result();
        if (result == null) {
            return new TargetOutput(
                    fate.stdout(),
                    fate.stderr(),
                    fate.stdout().size(),
                    fate.stderr().size(),
                    false);
        }
        return new TargetOutput(
                fate.stdout(),
                fate.stderr(),
                result.stdout().total(),
                result.stderr().total(),
                result.stdout().truncated() || result.stderr().truncated());
    }
}
