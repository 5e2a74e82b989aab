package io.qcmd.client;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Return;
import java.io.ByteArrayOutputStream;

/**
 * What is known of a target's output at its end. All that is kept comes from {@link Job#output}.
 *
 * @param stdout its first 8 KiB
 * @param stderr its first 8 KiB
 * @param stdoutBytes how many the command wrote
 * @param stderrBytes likewise
 * @param truncated whether less was kept than was written
 * @param fingerprint the minion's own SHA-256 of what was kept of each; a minion may lie, so that only the first 8 KiB are certain to be alike where it is
 */
public record TargetOutput(
        Bytes stdout, Bytes stderr, long stdoutBytes, long stderrBytes, boolean truncated, Bytes fingerprint) {
    public static final TargetOutput NONE = new TargetOutput(Bytes.EMPTY, Bytes.EMPTY, 0, 0, false, Bytes.EMPTY);

    static TargetOutput of(Fate fate) {
        Return result = fate.result();
        if (result == null) {
            return new TargetOutput(
                    fate.stdout(),
                    fate.stderr(),
                    fate.stdout().size(),
                    fate.stderr().size(),
                    false,
                    Bytes.EMPTY);
        }
        return new TargetOutput(
                fate.stdout(),
                fate.stderr(),
                result.stdout().total(),
                result.stderr().total(),
                result.stdout().truncated() || result.stderr().truncated(),
                fingerprint(result));
    }

    private static Bytes fingerprint(Return result) {
        ByteArrayOutputStream both = new ByteArrayOutputStream(64);
        both.writeBytes(result.stdout().sha256().toArray());
        both.writeBytes(result.stderr().sha256().toArray());
        return Bytes.wrap(both.toByteArray());
    }
}
