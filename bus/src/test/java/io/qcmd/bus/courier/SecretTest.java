package io.qcmd.bus.courier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    @TempDir
    Path directory;

    /** The example of the reference implementations of Standard Webhooks. */
    @Test
    void signsAsTheStandardSays() throws IOException {
        Secret secret = Secret.read(file("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "rw-------"));

        String signature = secret.sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));

        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64"})
    void refusesWhatIsNoKey_andDoesNotShowIt(String text) throws IOException {
        Path file = file(text, "rw-------");

        assertThatThrownBy(() -> Secret.read(file))
                .isInstanceOf(QcmdException.class)
                .hasMessage("callback secret '" + file + "': holds no 'whsec_' with 24-64 bytes in base64 behind it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
    void refusesAFile_thatOthersCanReadOrWrite(String mode) throws IOException {
        Path file = file("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", mode);

        assertThatThrownBy(() -> Secret.read(file))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.hint()).isEqualTo("chmod 600 " + file));
    }

    @Test
    void refusesAFile_thatIsNotThere() {
        assertThatThrownBy(() -> Secret.read(directory.resolve("none")))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("cannot be read");
    }

    private Path file(String text, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("key"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
