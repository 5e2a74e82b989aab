package io.qcmd.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusSettingsTest {
    private static final Path SHIPPED = Path.of("../config/bus.yaml");

    @Test
    void shippedFile_changesNothing() {
        assertThat(BusSettings.of(ConfigFile.read(SHIPPED))).isEqualTo(settings(""));
    }

    @Test
    void shippedFile_showsEachKeyOnceWithItsDefault() throws IOException {
        List<String> shown = Files.readAllLines(SHIPPED).stream()
                .filter(line -> line.matches("#[a-z].*"))
                .map(line -> line.substring(1))
                .toList();

        assertThat(shown).extracting(line -> line.replaceFirst(":.*", "")).containsExactlyInAnyOrderElementsOf(keys());
        assertThat(settings(String.join("\n", shown))).isEqualTo(settings(""));
    }

    @Test
    void defaultsAreThoseOfTheDesign() {
        BusSettings settings = settings("");

        assertThat(settings.life().maxMessageExpiredTime()).isEqualTo(Duration.ofSeconds(300));
        assertThat(settings.life().channelCapacity()).isEqualTo(256);
        assertThat(settings.listening().socket()).isEqualTo(Path.of("/run/qcmd/bus.sock"));
        assertThat(settings.listening().insecurePlaintextOnEveryNetwork()).isFalse();
        assertThat(settings.listening().insecureTcpClientsAreAdmin()).isFalse();
        assertThat(settings.presence().uncontrollableAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void socketLiesInTheData_whenTheDataLieElsewhere() {
        assertThat(settings("data: /tmp/demo").listening().socket()).isEqualTo(Path.of("/tmp/demo/bus.sock"));
        assertThat(settings("data: /tmp/demo\nsocket: /tmp/s").listening().socket())
                .isEqualTo(Path.of("/tmp/s"));
    }

    @Test
    void refusesASocket_whosePathTheKernelCannotHold() {
        assertThatThrownBy(() -> settings("data: /tmp/" + "é".repeat(50)))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("has 114 bytes; a Unix socket's path has at most 100")
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo("set socket");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agents: 0.0.0.0:7505", "clients: bus1:7506", "agents: '[::]:7505'"})
    void refusesPlaintextBeyondLoopback_unlessItsDangerIsNamed(String line) {
        assertThatThrownBy(() -> settings(line))
                .isInstanceOf(QcmdException.class)
                .hasMessageStartingWith("config test.yaml, line 1: " + line.substring(0, 6))
                .hasMessageContaining("insecure_plaintext_on_every_network: true");
        assertThat(settings(line + "\ninsecure_plaintext_on_every_network: true")
                        .listening()
                        .insecurePlaintextOnEveryNetwork())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"least_agent_version: dev", "least_agent_version: 1.2.", "least_agent_version: v1"})
    void refusesAVersion_thatCannotBeCompared(String line) {
        assertThatThrownBy(() -> settings(line))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("line 1: least_agent_version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "channel_capacity: 257",
                "targets_per_job: 100001",
                "live_jobs: 0",
                "output_pool: 1GiB",
                "sessions_per_user: 33",
                "unfinished_handshakes: 2001",
                "handshakes_per_core: 9",
                "connections_per_second: 5001",
                "submits_per_second: 10001",
                "client_requests_per_second: 2001"
            })
    void refusesToRaiseALimit_thatGuardsTheBus(String line) {
        assertThatThrownBy(() -> settings(line))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void refusesAKey_thatNobodyReads() {
        assertThatThrownBy(() -> settings("chanel_capacity: 4"))
                .hasMessageContaining("unknown key 'chanel_capacity'")
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo("did you mean channel_capacity?");
    }

    private static BusSettings settings(String yaml) {
        return BusSettings.of(ConfigFile.parse("test.yaml", yaml));
    }

    private static List<String> keys() {
        return keys(BusSettings.class).toList();
    }

    /** A component that is a record which reads itself is a section, any other a key. */
    private static Stream<String> keys(Class<?> section) {
        return Arrays.stream(section.getRecordComponents())
                .flatMap(component -> readsItself(component.getType())
                        ? keys(component.getType())
                        : Stream.of(
                                component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)));
    }

    private static boolean readsItself(Class<?> type) {
        return type.isRecord()
                && Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> method.getName().equals("of")
                                && List.of(method.getParameterTypes()).contains(ConfigFile.class));
    }
}
