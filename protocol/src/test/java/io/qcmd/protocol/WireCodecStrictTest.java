package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.qcmd.protocol.Samples.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Takes every message of the wire apart, field by field: one change of its shape anywhere, and it is refused, in both formats. */
class WireCodecStrictTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final WireCodec CBOR = WireCodec.cbor(WireCodec.Size.LARGE);
    private static final WireCodec JSON = WireCodec.json(WireCodec.Size.LARGE);
    private static final ObjectMapper LOOSE_CBOR = new CBORMapper();
    private static final ObjectMapper LOOSE_JSON = new ObjectMapper();

    /** Free names: one more or less is still such a message. */
    private static final Set<String> MAPS = Set.of("environment", "labels", "facts", "given", "set", "counts", "notes");

    @ParameterizedTest
    @MethodSource("samples")
    void aMissingField_isRefused(Sample sample) throws IOException {
        everywhere(sample, (object, name) -> object.remove(name));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anUnknownField_isRefused(Sample sample) throws IOException {
        everywhere(sample, (object, name) -> object.put(name + "2", 1));
        everywhere(sample, (object, name) -> object.put("@class", "javax.naming.InitialContext"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void null_isRefusedWhereItHasNoMeaning(Sample sample) throws IOException {
        everywhere(sample, (object, name) -> {
            if (!isNullable(sample, name)) {
                object.putNull(name);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("samples")
    void anotherType_isRefused(Sample sample) throws IOException {
        for (JsonNode stranger : List.of(
                NODES.numberNode(1),
                NODES.numberNode(1.0),
                NODES.numberNode(1e300),
                NODES.textNode("1"),
                NODES.textNode(""),
                NODES.textNode(" "),
                NODES.booleanNode(true),
                NODES.arrayNode(),
                NODES.arrayNode().add(1),
                NODES.objectNode(),
                NODES.objectNode().put("@class", "java.lang.Object"))) {
            everywhere(sample, (object, name) -> {
                JsonNode own = object.get(name);
                if (!own.isNull() && (stranger.isDouble() || stranger.getNodeType() != own.getNodeType())) {
                    object.set(name, stranger);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aNullInAList_isRefused(Sample sample) throws IOException {
        everywhere(sample, (object, name) -> {
            if (object.get(name) instanceof ArrayNode list) {
                list.addNull();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aCutMessage_isRefused(Sample sample) {
        for (WireCodec codec : List.of(CBOR, JSON)) {
            byte[] whole = sample.write(codec);
            for (int length = 0; length < whole.length; length++) {
                assertRefused(sample, codec, Arrays.copyOf(whole, length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSecondMessageBehindTheFirst_isRefused(Sample sample) {
        for (WireCodec codec : List.of(CBOR, JSON)) {
            byte[] one = sample.write(codec);
            byte[] two = Arrays.copyOf(one, 2 * one.length);
            System.arraycopy(one, 0, two, one.length, one.length);
            assertRefused(sample, codec, two);
        }
    }

    private static List<Sample> samples() {
        return Samples.ALL;
    }

    private static boolean isNullable(Sample sample, String name) {
        boolean refused = sample.message() instanceof Report.Refused;
        boolean done = sample.message() instanceof Report.Done;
        return switch (name) {
            case "cwd",
                    "user",
                    "exitCode",
                    "expireMillis",
                    "slot",
                    "exclude",
                    "sample",
                    "limit",
                    "state",
                    "health",
                    "callback",
                    "withinMillis",
                    "parent",
                    "cancel",
                    "killAfterMillis",
                    "on",
                    "lastError" -> true;
            case "at" -> sample.message() instanceof Trace;
            case "uncontrollable" -> sample.message() instanceof MinionPage;
            case "minion" -> sample.message() instanceof Setup;
            case "reason" -> !refused && !(sample.message() instanceof Accepted);
            case "result" -> !done;
            default -> false;
        };
    }

    // Applies the change to one field after the other, each time to a fresh copy.
    private static void everywhere(Sample sample, Change change) throws IOException {
        JsonNode whole = LOOSE_JSON.readTree(sample.write(JSON));
        int fields = fields(whole).size();
        for (int i = 0; i < fields; i++) {
            JsonNode copy = whole.deepCopy();
            Field field = fields(copy).get(i);
            change.apply(field.object(), field.name());
            if (!copy.equals(whole)) {
                assertRefused(sample, JSON, LOOSE_JSON.writeValueAsBytes(copy));
                assertRefused(sample, CBOR, LOOSE_CBOR.writeValueAsBytes(copy));
            }
        }
    }

    private static List<Field> fields(JsonNode node) {
        List<Field> fields = new ArrayList<>();
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> fields.add(new Field(object, name)));
            object.properties().stream()
                    .filter(entry -> !MAPS.contains(entry.getKey()))
                    .forEach(entry -> fields.addAll(fields(entry.getValue())));
        } else {
            node.forEach(element -> fields.addAll(fields(element)));
        }
        return fields;
    }

    private static void assertRefused(Sample sample, WireCodec codec, byte[] bytes) {
        Throwable thrown = catchThrowable(() -> sample.read(codec, bytes));
        assertThat(thrown)
                .as(
                        "%s %s",
                        codec == JSON ? "JSON" : "CBOR",
                        codec == JSON
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : HexFormat.of().formatHex(bytes))
                .isExactlyInstanceOf(QcmdException.class);
        assertThat(thrown).message().isNotBlank().doesNotContain("io.qcmd", "jackson");
    }

    private interface Change {
        void apply(ObjectNode object, String name);
    }

    private record Field(ObjectNode object, String name) {}
}
