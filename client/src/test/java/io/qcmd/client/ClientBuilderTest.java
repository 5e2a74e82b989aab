package io.qcmd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.client.profile.NoSuchProfile;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientBuilderTest {
    private static final String PROFILES = """
            current: prod
            profiles:
              prod:
                bus: rsocket://prod1
                connect_timeout: 2s
                output: json
              test:
                bus: rsocket+unix:/run/test.sock
              slow:
                connect_timeout: 1 s
            """;

    @TempDir
    private Path home;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void profiles() throws IOException {
        environment.put("HOME", home.toString());
        write(PROFILES);
    }

    @Test
    void takesTheCurrentProfile_orTheOneThatIsNamed() {
        assertBus(builder(), "rsocket://prod1", "profile 'prod' from ~/.config/qcmd/config.yaml");
        assertThat(builder().patience(builder().given())).isEqualTo(Duration.ofSeconds(2));
        environment.put("QCMD_PROFILE", "test");
        assertBus(builder(), "rsocket+unix:/run/test.sock", "profile 'test' from ~/.config/qcmd/config.yaml");
        assertBus(builder().profile("prod"), "rsocket://prod1", "profile 'prod' from ~/.config/qcmd/config.yaml");
    }

    @Test
    void takesTheEnvironment_aboveProfilesThatNobodyAskedFor() {
        environment.put("QCMD_BUS", "rsocket://env1");
        assertBus(builder(), "rsocket://env1", "from QCMD_BUS");
        assertBus(
                builder().profile("test"),
                "rsocket+unix:/run/test.sock",
                "profile 'test' from ~/.config/qcmd/config.yaml");
        assertBus(builder().profile("slow"), "rsocket://env1", "from QCMD_BUS");
    }

    @Test
    void takesWhatTheProgramSays_aboveAll() throws IOException {
        environment.put("QCMD_BUS", "rsocket://env1");
        ClientBuilder named = builder().bus("rsocket://named").profile("prod").connectTimeout(Duration.ofMillis(7));
        assertBus(named, "rsocket://named", "named by the program");
        assertThat(named.patience(named.given())).isEqualTo(Duration.ofMillis(7));

        write("no profiles at all");
        assertBus(builder().bus("rsocket://named"), "rsocket://named", "named by the program");
    }

    @Test
    void takesTheLocalSocket_whenNobodySaysAnything() throws IOException {
        Files.delete(file());
        assertBus(
                builder(), "rsocket+unix:/run/qcmd/bus.sock", "the local socket: no --bus, QCMD_BUS, profile or demo");
        assertThat(builder().patience(builder().given())).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void saysWhatIsWrong_andWhoSaidIt() throws IOException {
        assertThatThrownBy(() -> builder().profile("prdo").build())
                .isInstanceOf(NoSuchProfile.class)
                .hasMessage("there is no profile 'prdo' in ~/.config/qcmd/config.yaml")
                .satisfies(error -> assertThat(((QcmdException) error).hint()).startsWith("did you mean prod?"))
                .satisfies(error -> assertThat(((NoSuchProfile) error).origin()).isEqualTo("named by the program"));
        environment.put("QCMD_BUS", "rsocket://env1");
        assertInvalid(builder().profile("slow"), "connect_timeout '1 s', profile 'slow' from", "is no time");
        write("profiles: {prod: {bos: x}}");
        assertInvalid(builder(), "bos");
    }

    @Test
    void refusesProfilesThatOthersMayWrite() throws IOException {
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw----"));
        assertInvalid(builder(), "others may write it");
    }

    private ClientBuilder builder() {
        return new ClientBuilder(environment, null);
    }

    private static void assertBus(ClientBuilder builder, String url, String origin) {
        assertThat(builder.bus(builder.given())).isEqualTo(new BusUrl(url, origin));
    }

    private static void assertInvalid(ClientBuilder builder, String... words) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(QcmdException.class)
                .satisfies(error -> assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                .message()
                .contains(words);
    }

    private void write(String profiles) throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), profiles);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
    }

    private Path file() {
        return home.resolve(".config/qcmd/config.yaml");
    }
}
