package io.qcmd.client.cli;

import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The minions of one job, put together while they end: those with the same exit status and the same output, and those without an exit status for the same reason.
 *
 * <p>What is kept is bounded, however many minions there are and whatever they write: {@value #MOST} crowds, whose outputs share {@value #SAMPLE_BYTES} bytes. Further
 * outputs are counted per exit status. Outputs are alike when the first 8 KiB are, by a hash of our own, and the minions' hashes of all of it: a minion that lies can
 * join others only with what they have shown as well. Not thread-safe.
 */
final class Crowds {
    static final int MOST = 1_000;
    static final int SAMPLE_BYTES = 8 << 20;

    private final Map<Key, Crowd> crowds = new LinkedHashMap<>();
    private int sampleBytes = SAMPLE_BYTES;

    /** @param likeness the hash of the output, or the reason; empty: any other */
    private record Key(TargetState state, int exit, String likeness) {}

    /** @param late whether it revises a LOST */
    void add(TargetResult result, boolean late) {
        if (late) {
            crowds.values().stream()
                    .filter(crowd -> crowd.state() == TargetState.LOST)
                    .forEach(crowd -> crowd.remove(result.minion()));
        }
        Key key = key(result);
        Crowd known = crowds.get(key);
        (known == null ? opened(key, result) : known).add(result.minion());
    }

    /** The largest first; what is empty is left out. */
    List<Crowd> bySize() {
        return crowds.values().stream()
                .filter(crowd -> crowd.size() > 0)
                .sorted(Comparator.comparingInt(Crowd::size)
                        .reversed()
                        .thenComparing(Crowd::state)
                        .thenComparing(Crowd::first))
                .toList();
    }

    private Crowd opened(Key key, TargetResult result) {
        if (crowds.size() >= MOST) {
            Key other = new Key(key.state, key.exit, "");
            return crowds.computeIfAbsent(other, any -> new Crowd(result, 0, true));
        }
        TargetOutput output = result.output();
        Crowd crowd = new Crowd(result, sampleBytes, false);
        sampleBytes -=
                Math.min(sampleBytes, output.stdout().size() + output.stderr().size());
        crowds.put(key, crowd);
        return crowd;
    }

    private static Key key(TargetResult result) {
        boolean ok = result.state() == TargetState.SUCCEEDED;
        if (ok || result instanceof TargetResult.Failed) {
            int exit = result instanceof TargetResult.Failed failed ? failed.exitCode() : 0;
            return new Key(result.state(), exit, hash(result.output()));
        }
        return new Key(result.state(), 0, "by " + result.reason());
    }

    private static String hash(TargetOutput output) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(20)
                    .putLong(output.stdoutBytes())
                    .putLong(output.stderrBytes())
                    .putInt(output.stdout().size())
                    .array());
            digest.update(output.stdout().toArray());
            digest.update(output.stderr().toArray());
            digest.update(output.fingerprint().toArray());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
