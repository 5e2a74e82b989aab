package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.ConfigFile;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {
    private static final Path SHIPPED = Path.of("../config/agent.yaml");

    @Test
    void shippedFile_changesNothing() {
        assertThat(AgentSettings.of(ConfigFile.read(SHIPPED), "web1")).isEqualTo(settings(""));
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
    void minionIsTheHostNameInLowerCase_withoutAKey() {
        assertThat(AgentSettings.of(ConfigFile.parse("test.yaml", ""), "Web1.Example.ORG")
                        .minion())
                .isEqualTo(new MinionId("web1.example.org"));
        assertThat(settings("minion: db1").minion()).isEqualTo(new MinionId("db1"));
    }

    @ParameterizedTest
    @Tag("A03")
    @ValueSource(strings = {"../x", "a/../../etc", "web*", "Web1", "-rf", "/proc/self/fd/0", "wеb1"})
    void refusesAMinion_thatIsNoId(String name) {
        assertThatThrownBy(() -> settings("minion: '" + name + "'"))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("config test.yaml, line 1: minion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"my_host!", "", "ü"})
    void asksForTheKey_whenTheHostNameIsNoId(String hostName) {
        assertThatThrownBy(() -> AgentSettings.of(ConfigFile.parse("test.yaml", ""), hostName))
                .isInstanceOf(QcmdException.class)
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo("set minion");
    }

    @Test
    void readsLabels() {
        assertThat(settings("labels:\n  role: web\n  dc: bj").labels()).isEqualTo(Map.of("role", "web", "dc", "bj"));
    }

    @Test
    void healthIsToldAtTheKeepAliveInterval_withoutAKey() {
        assertThat(settings("keep_alive_interval: 20s\nkeep_alive_lifetime: 60s")
                        .healthInterval())
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(settings("health_interval: 1s").healthInterval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void refusesPlaintextBeyondLoopback_unlessItsDangerIsNamed() {
        assertThatThrownBy(() -> settings("bus: bus1:7505"))
                .hasMessageContaining("insecure_plaintext_on_every_network");
        assertThat(settings("bus: bus1:7505\ninsecure_plaintext_on_every_network: true")
                        .bus())
                .hasToString("bus1:7505");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bus: 127.0.0.1:0",
                "reconnect_first: 2s\nreconnect_longest: 1s",
                "keep_alive_lifetime: 31s",
                "keep_alive_interval: 20s",
                "output_stdout: 2MiB"
            })
    void refusesWhatCannotWork(String yaml) {
        assertThatThrownBy(() -> settings(yaml)).isInstanceOf(QcmdException.class);
    }

    private static AgentSettings settings(String yaml) {
        return AgentSettings.of(ConfigFile.parse("test.yaml", yaml), "web1");
    }

    private static List<String> keys() {
        return Arrays.stream(AgentSettings.class.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .toList();
    }
}
