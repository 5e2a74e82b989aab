package io.qcmd.bus.courier;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that an endpoint and this bus share, as a Standard Webhooks secret: {@code whsec_} and 24-64 bytes in base64. Immutable; never shown.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>
 */
final class Secret {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;
    private static final int LONGEST_FILE = 1_024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final SecretKeySpec key;

    private Secret(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** Blocks. A file that others can read, or that holds something else: CONFIG_INVALID. */
    static Secret read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Set<PosixFilePermission> others = EnumSet.copyOf(OTHERS);
            others.retainAll(Files.getPosixFilePermissions(file));
            if (!others.isEmpty()) {
                throw unusable(file, "can be read or written by others", "chmod 600 " + file);
            }
            return new Secret(key(file, new String(in.readNBytes(LONGEST_FILE), StandardCharsets.UTF_8).strip()));
        } catch (IOException e) {
            throw unusable(file, "cannot be read (" + e + ")", "name a file that the bus can read");
        }
    }

    private static byte[] key(Path file, String text) {
        byte[] key = new byte[0];
        if (text.startsWith(PREFIX)) {
            try {
                key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
            } catch (IllegalArgumentException e) {
                // What is wrong with it is not said: it may be a key.
                key = new byte[0];
            }
        }
        if (key.length < SHORTEST || key.length > LONGEST) {
            throw unusable(
                    file,
                    "holds no 'whsec_' with 24-64 bytes in base64 behind it",
                    "echo whsec_$(head -c 32 /dev/urandom | base64) > " + file);
        }
        return key;
    }

    /** What a receiver compares, for one version of the scheme: over id, seconds since 1970 and body. */
    String sign(String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + key.getAlgorithm(), e);
        }
    }

    private static QcmdException unusable(Path file, String why, String remedy) {
        return new QcmdException(ErrorCode.CONFIG_INVALID, "callback secret '" + file + "': " + why, remedy);
    }
}
