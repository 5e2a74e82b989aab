package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Samples.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every message. A change of them is a change of the protocol: do it on purpose, with {@code mvn -pl protocol test -Dtest=GoldenTest
 * -Dqcmd.golden.write=true}, and read the difference before it is committed.
 */
class GoldenTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/golden");
    private static final WireCodec CBOR = WireCodec.cbor(WireCodec.Size.LARGE);
    private static final WireCodec JSON = WireCodec.json(WireCodec.Size.LARGE);

    @BeforeAll
    static void rewritesThem_whenAsked() throws IOException {
        if (Boolean.getBoolean("qcmd.golden.write")) {
            for (Sample sample : Samples.ALL) {
                Files.writeString(file(sample), golden(sample));
            }
        }
    }

    @Test
    void everyTypeOfTheWire_hasASample() {
        assertThat(Samples.ALL)
                .extracting(sample -> (Object) sample.message().getClass())
                .containsAll(Samples.wireTypes());
        assertThat(Samples.ALL).extracting(Sample::name).doesNotHaveDuplicates();
    }

    @Test
    void everyGoldenFile_hasASample() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".txt")))
                    .allSatisfy(name -> assertThat(Samples.ALL)
                            .extracting(sample -> sample.name() + ".txt")
                            .contains(name));
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aMessage_hasItsGoldenBytes(Sample sample) {
        assertThat(file(sample)).content().isEqualTo(golden(sample));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void goldenBytes_readAsTheirMessage(Sample sample) throws IOException {
        List<String> lines = Files.readAllLines(file(sample));
        assertThat(sample.read(CBOR, HexFormat.of().parseHex(value(lines, "cbor "))))
                .isEqualTo(sample.message());
        if (sample.isJsonToo()) {
            assertThat(sample.read(JSON, value(lines, "json ").getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(sample.message());
        }
    }

    private static List<Sample> samples() {
        return Samples.ALL;
    }

    private static Path file(Sample sample) {
        return DIRECTORY.resolve(sample.name() + ".txt");
    }

    private static String golden(Sample sample) {
        String cbor = HexFormat.of().formatHex(sample.write(CBOR));
        String json = sample.isJsonToo() ? "json " + new String(sample.write(JSON), StandardCharsets.UTF_8) + "\n" : "";
        return "cbor " + cbor + "\n" + json;
    }

    private static String value(List<String> lines, String format) {
        return lines.stream()
                .filter(line -> line.startsWith(format))
                .map(line -> line.substring(format.length()))
                .collect(Collectors.joining());
    }
}
