package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.WireCodec.Size;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever a stranger sends is refused with a {@link QcmdException}, or is a message that reads as itself again. Inputs:
 * resources/io/qcmd/system/WireCodecFuzzTestInputs, one directory per test: those of the golden messages of the protocol, which {@code -Dqcmd.golden.write=true} writes
 * again when one has changed, and others made by hand. JAZZER_FUZZ=1 searches for new ones.
 */
class WireCodecFuzzTest {
    private static final WireCodec AGENT = WireCodec.cbor(Size.SMALL);
    private static final WireCodec CBOR = WireCodec.cbor(Size.LARGE);
    private static final WireCodec JSON = WireCodec.json(Size.LARGE);

    private static final Path ROOT = House.LAUNCHER.getParent();
    private static final Path INPUTS = ROOT.resolve("src/test/resources/io/qcmd/system")
            .resolve(WireCodecFuzzTest.class.getSimpleName() + "Inputs");
    private static final Path GOLDEN = ROOT.resolve("protocol/src/test/resources/golden");

    /** What a client may send or be sent, by the two bytes with which an input begins: they follow from its name alone, so that none becomes another when there are more. */
    private static final NavigableMap<Short, Class<?>> TYPES = new TreeMap<>(Stream.concat(
                    Arrays.stream(Route.values())
                            .filter(route -> route.role() == Setup.Role.CLIENT)
                            .flatMap(route -> Stream.<Class<?>>of(route.request(), route.answer())),
                    Stream.of(Setup.class, Message.class))
            .distinct()
            .collect(Collectors.toMap(WireCodecFuzzTest::number, type -> type)));

    @FuzzTest
    void reports(byte[] frame) {
        try {
            List<Report> reports = AGENT.decodeReports(frame);
            assertThat(AGENT.decodeReports(AGENT.encodeReports(reports))).isEqualTo(reports);
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    @FuzzTest
    void controls(byte[] frame) {
        try {
            List<Control> controls = CBOR.decodeControls(frame);
            assertThat(CBOR.decodeControls(CBOR.encodeControls(controls))).isEqualTo(controls);
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    @FuzzTest
    void clientsInCbor(byte[] typeAndMessage) {
        readAsItself(CBOR, typeAndMessage);
    }

    @FuzzTest
    void clientsInJson(byte[] typeAndMessage) {
        readAsItself(JSON, typeAndMessage);
    }

    /** Without inputs that are read only refusals would be tested. */
    @Test
    void eachMessage_hasInputsThatAreRead() throws IOException {
        Map<Path, byte[]> inputs = new TreeMap<>();
        Set<Class<?>> types = new HashSet<>();
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".txt")).toList()) {
                addInputs(file, inputs, types);
            }
        }
        if (Boolean.getBoolean("qcmd.golden.write")) {
            for (Map.Entry<Path, byte[]> input : inputs.entrySet()) {
                Files.write(input.getKey(), input.getValue());
            }
        }

        assertThat(types).containsExactlyInAnyOrderElementsOf(TYPES.values());
        inputs.forEach((path, bytes) -> assertThat(path)
                .as("another message than the golden one; -Dqcmd.golden.write=true writes it again")
                .hasBinaryContent(bytes));
    }

    private static void addInputs(Path golden, Map<Path, byte[]> inputs, Set<Class<?>> types) throws IOException {
        String name = golden.getFileName().toString().replace(".txt", "");
        List<String> lines = Files.readAllLines(golden);
        byte[] cbor = HexFormat.of().parseHex(lines.get(0).replace("cbor ", ""));
        Optional<Class<?>> type = TYPES.values().stream()
                .filter(any -> name.startsWith(dashed(any)))
                .max(Comparator.comparing(any -> dashed(any).length()));
        if (type.isPresent()) {
            types.add(type.get());
            inputs.put(INPUTS.resolve("clientsInCbor").resolve(name), input(type.get(), cbor));
            // What only agents are sent has no JSON.
            lines.stream()
                    .skip(1)
                    .map(line -> line.replaceFirst("json ", ""))
                    .forEach(json -> inputs.put(
                            INPUTS.resolve("clientsInJson").resolve(name),
                            input(type.get(), json.getBytes(StandardCharsets.UTF_8))));
        } else if (isRead(() -> AGENT.decodeReports(cbor))) {
            inputs.put(INPUTS.resolve("reports").resolve(name), cbor);
        } else if (isRead(() -> CBOR.decodeControls(cbor))) {
            inputs.put(INPUTS.resolve("controls").resolve(name), cbor);
        }
    }

    private static boolean isRead(Supplier<List<?>> reading) {
        try {
            return !reading.get().isEmpty();
        } catch (QcmdException refused) {
            return false;
        }
    }

    private static byte[] input(Class<?> type, byte[] message) {
        return ByteBuffer.allocate(Short.BYTES + message.length)
                .putShort(number(type))
                .put(message)
                .array();
    }

    private static short number(Class<?> type) {
        return (short) type.getSimpleName().hashCode();
    }

    /** JobInfo is job-info. */
    private static String dashed(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static void readAsItself(WireCodec codec, byte[] typeAndMessage) {
        if (typeAndMessage.length < Short.BYTES) {
            return;
        }
        Map.Entry<Short, Class<?>> known =
                TYPES.floorEntry(ByteBuffer.wrap(typeAndMessage).getShort());
        Class<?> type = known == null ? TYPES.lastEntry().getValue() : known.getValue();
        try {
            Object message = codec.decode(Arrays.copyOfRange(typeAndMessage, Short.BYTES, typeAndMessage.length), type);
            assertThat(codec.decode(codec.encode(message), type)).isEqualTo(message);
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }
}
