package io.qcmd.protocol.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
    private enum Colour {
        RED,
        BLUE
    }

    @Test
    void readsEveryKind() {
        ConfigFile config = parse("""
                # a comment
                name: 'web 1'
                slots: 8
                wait: 500ms
                pool: 2MiB
                loud: true
                colour: blue
                data: /var/lib/./qcmd
                bus: "[::1]:7505"
                labels:
                  dc: bj
                  rack: 007
                """);

        assertThat(config.text("name", "x")).isEqualTo("web 1");
        assertThat(config.number("slots", 4, 1, 64)).isEqualTo(8);
        assertThat(config.duration("wait", "1s", "1ms", "1h")).isEqualTo(Duration.ofMillis(500));
        assertThat(config.bytes("pool", "1MiB", "1B", "1GiB")).isEqualTo(2 << 20);
        assertThat(config.flag("loud", false)).isTrue();
        assertThat(config.choice("colour", Colour.RED)).isEqualTo(Colour.BLUE);
        assertThat(config.path("data", Path.of("/tmp"))).isEqualTo(Path.of("/var/lib/qcmd"));
        assertThat(config.address("bus", "localhost:1")).isEqualTo(new Address("::1", 7505));
        assertThat(config.map("labels", 64, 64, 256)).isEqualTo(Map.of("dc", "bj", "rack", "007"));
        config.done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing but a comment\n", "---\n"})
    void givesTheDefaults_whenTheFileIsEmpty(String yaml) {
        ConfigFile config = parse(yaml);

        assertThat(config.text("name", "x")).isEqualTo("x");
        assertThat(config.number("slots", 4, 1, 64)).isEqualTo(4);
        assertThat(config.duration("wait", "1s", "1ms", "1h")).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.map("labels", 64, 64, 256)).isEmpty();
        config.done();
    }

    @Test
    void saysFileLineKeyValueRuleAndRemedy_whenAValueIsWrong() {
        ConfigFile config = parse("\n\nwait: 2h\n");

        assertInvalid(() -> config.duration("wait", "10s", "1s", "1h"))
                .hasMessage("config test.yaml, line 3: wait '2h': use 1s to 1h, written like 500ms, 10s, 5m or 1h")
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo("remove the line for the default, 10s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10 s", "-1s", "1.5s", "10S", "1d", "0s", "9999999999s", "999999999h", "''"})
    void refusesADuration_withoutUnitOrOutOfBounds(String text) {
        ConfigFile config = parse("wait: " + text);

        assertInvalid(() -> config.duration("wait", "10s", "1s", "1h")).hasMessageContaining("line 1: wait");
    }

    @ParameterizedTest
    @ValueSource(strings = {"256", "256KB", "256kib", "1TiB", "2GiB", "0B"})
    void refusesASize_withoutUnitOrOutOfBounds(String text) {
        ConfigFile config = parse("pool: " + text);

        assertInvalid(() -> config.bytes("pool", "1MiB", "1B", "1GiB")).hasMessageContaining("use 1B to 1GiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65", "4.0", "0x4", "1e1", "four", "12345678901"})
    void refusesANumber_outOfBounds(String text) {
        ConfigFile config = parse("slots: " + text);

        assertInvalid(() -> config.number("slots", 4, 1, 64)).hasMessageContaining("use 1 to 64");
    }

    @Test
    void refusesWordsThatOnlyYamlTakesForAFlag() {
        ConfigFile config = parse("loud: yes");

        assertInvalid(() -> config.flag("loud", false)).hasMessageContaining("loud 'yes': use true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "../data", "~/data", "\"/data\\0\""})
    void refusesAPath_thatIsNotAbsolute(String text) {
        ConfigFile config = parse("data: " + text);

        assertInvalid(() -> config.path("data", Path.of("/tmp"))).hasMessageContaining("use an absolute path");
    }

    @Test
    void refusesAChoice_thatIsNone() {
        ConfigFile config = parse("colour: RED");

        assertInvalid(() -> config.choice("colour", Colour.RED)).hasMessageContaining("use red or blue");
    }

    @Test
    void refusesAMap_overItsLimits() {
        assertInvalid(() -> parse("labels: web").map("labels", 64, 64, 256))
                .hasMessageContaining("one 'name: text' a line");
        assertInvalid(() -> parse("labels: {a: b, c: d}").map("labels", 1, 64, 256))
                .hasMessageContaining("at most 1");
        assertInvalid(() -> parse("labels: {abc: d}").map("labels", 64, 2, 256)).hasMessageContaining("holds 'abc'");
        assertInvalid(() -> parse("labels: {a: abc}").map("labels", 64, 64, 2))
                .hasMessageContaining("holds 'a': 'abc'");
    }

    @ParameterizedTest
    @CsvSource({
        "ack_timout,did you mean ack_timeout?",
        "slot,did you mean slots?",
        "zzz,'known keys: ack_timeout, slots'"
    })
    void namesTheNearestKey_whenOneIsUnknown(String typed, String hint) {
        ConfigFile config = parse("slots: 1\n" + typed + ": 1\n");
        config.duration("ack_timeout", "10s", "1s", "5m");
        config.number("slots", 4, 1, 64);

        assertInvalid(config::done)
                .hasMessage("config test.yaml, line 2: unknown key '" + typed + "'")
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo(hint);
    }

    @ParameterizedTest
    @Tag("A31")
    @CsvSource(
            delimiter = '|',
            value = {
                "key: !!javax.script.ScriptEngineManager [x]|holds a tag",
                "key: !!str text|holds a tag",
                "'a: &a x\nb: *a'|an alias",
                "key: [1, 2]|holds a list",
                "key: {a: {b: c}}|map too deep",
                "key:|has no value",
                "key: ~|has no value",
                "'a: 1\na: 2'|line 2: key 'a' stands twice",
                "key: {a: 1, a: 2}|key 'a' stands twice",
                "'a: 1\n---\nb: 2'|second document",
                "just text|holds no keys",
                "- a|holds no keys",
                "'? [a]\n: b'|is no YAML",
                "a: b\u0001c|is no YAML",
                "'a: 1\n b: 2'|is no YAML",
                "'a: \"open'|is no YAML",
                "'a:\n\t- b'|is no YAML"
            })
    void refusesYaml_thatASettingDoesNotNeed(String yaml, String what) {
        assertInvalid(() -> parse(yaml)).hasMessageContaining(what).hasMessageNotContaining("\n");
    }

    @Test
    @Tag("A29")
    void refusesADeepDocument_withoutDescending() {
        assertInvalid(() -> parse("a: " + "[".repeat(100_000))).hasMessageContaining("holds a list");
        assertInvalid(() -> parse("a: " + "{a: ".repeat(100_000))).hasMessageContaining("map too deep");
    }

    @Test
    void readsAFile(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("bus.yaml"), "name: 北京\n");

        assertThat(ConfigFile.read(file).text("name", "x")).isEqualTo("北京");
    }

    @Test
    void saysWhichFile_whenItCannotBeRead(@TempDir Path dir) throws IOException {
        Path missing = dir.resolve("missing.yaml");
        Path large = Files.writeString(dir.resolve("large.yaml"), "#".repeat(256 * 1024 + 1));
        Path latin = Files.write(dir.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});

        assertInvalid(() -> ConfigFile.read(missing)).hasMessage("config " + missing + ": no such file");
        assertInvalid(() -> ConfigFile.read(large)).hasMessage("config " + large + ": is larger than 256 KiB");
        assertInvalid(() -> ConfigFile.read(latin)).hasMessage("config " + latin + ": is no UTF-8");
        assertInvalid(() -> ConfigFile.read(dir)).hasMessageContaining(dir + ": cannot be read");
    }

    @Test
    void takesTheUsualFile_whenTheArgumentsNameNone(@TempDir Path dir) throws IOException {
        Path usual = Files.writeString(dir.resolve("bus.yaml"), "name: usual\n");

        assertThat(ConfigFile.ofArguments(new String[0], usual).text("name", "x"))
                .isEqualTo("usual");
    }

    @Test
    void givesTheDefaults_whenThereIsNoUsualFile(@TempDir Path dir) {
        Path usual = dir.resolve("bus.yaml");

        assertThat(ConfigFile.ofArguments(new String[0], usual).text("name", "x"))
                .isEqualTo("x");
    }

    @Test
    void takesTheFileThatTheArgumentsName(@TempDir Path dir) throws IOException {
        Path usual = Files.writeString(dir.resolve("bus.yaml"), "name: usual\n");
        Path named = Files.writeString(dir.resolve("other.yaml"), "name: named\n");

        assertThat(ofArguments(usual, "--config", named.toString()).text("name", "x"))
                .isEqualTo("named");
    }

    @Test
    void isAnError_whenTheNamedFileIsMissing(@TempDir Path dir) throws IOException {
        Path usual = Files.writeString(dir.resolve("bus.yaml"), "name: usual\n");
        Path missing = dir.resolve("missing.yaml");

        assertInvalid(() -> ofArguments(usual, "--config", missing.toString()))
                .hasMessage("config " + missing + ": no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--config", "--help", "a.yaml", "--config a b", "--conf a"})
    void refusesOtherArguments(String arguments) {
        QcmdException refused = catchThrowableOfType(
                QcmdException.class, () -> ofArguments(Path.of("/etc/x.yaml"), arguments.split(" ")));

        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused).hasMessageContaining("'" + arguments + "'");
        assertThat(refused.hint()).contains("--config FILE").contains("/etc/x.yaml");
    }

    @Test
    void readsSections_eachWithKeysOfItsOwn(@TempDir Path dir) throws IOException {
        ConfigFile config = sections(dir, "sets:\n  a: {x: 1}\n  b:\n    x: 2\n    zzz: z\n");
        Map<String, ConfigFile> sets = config.sections("sets");
        config.done();

        assertThat(sets).containsOnlyKeys("a", "b");
        assertThat(section(sets, "a").textIfAny("x")).contains("1");
        assertThat(section(sets, "a").textIfAny("zzz")).isEmpty();
        assertThat(section(sets, "b").textIfAny("x")).contains("2");
        assertInvalid(section(sets, "b")::done)
                .hasMessageEndingWith("set.yaml, line 5: unknown key 'zzz'")
                .extracting(e -> ((QcmdException) e).hint())
                .isEqualTo("known keys: x");
        assertThat(config.sections("others")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sets: a|use one name a line",
                "sets: {a: b}|line 1: sets 'a' holds no keys",
                "sets: {a: {b: {c: d}}}|map too deep"
            })
    void refusesSections_thatAreNone(String yaml, String what, @TempDir Path dir) {
        assertInvalid(() -> sections(dir, yaml).sections("sets")).hasMessageContaining(what);
    }

    private static ConfigFile sections(Path dir, String yaml) throws IOException {
        return ConfigFile.readWithSections(Files.writeString(dir.resolve("set.yaml"), yaml));
    }

    private static ConfigFile section(Map<String, ConfigFile> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    private static ConfigFile ofArguments(Path usual, String... arguments) {
        return ConfigFile.ofArguments(arguments, usual);
    }

    private static ConfigFile parse(String yaml) {
        return ConfigFile.parse("test.yaml", yaml);
    }

    private static AbstractThrowableAssert<?, ?> assertInvalid(ThrowingCallable call) {
        QcmdException error = catchThrowableOfType(QcmdException.class, call);
        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return assertThat((Throwable) error);
    }
}
