package io.qcmd.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place where messages become bytes. Strict: unknown, doubled, missing and null fields, other types, trailing bytes, deep or large documents are
 * refused with {@link ErrorCode#BAD_REQUEST}; nothing in the bytes chooses a class. Thread-safe; never blocks.
 */
public final class WireCodec {
    /** How large a document may be. */
    public enum Size {
        /** A frame of an agent: 128 KiB, 10,000 tokens, strings of 64 KiB. */
        SMALL(Limits.AGENT_FRAME, 10_000, 64 * 1024),
        /** A submit, a message to an agent, a page to a client: 4 MiB, 250,000 tokens, strings of 2 MiB. */
        LARGE(Limits.CLIENT_FRAME, 250_000, Limits.TARGET_TEXT);

        private final StreamReadConstraints constraints;

        Size(int bytes, int tokens, int string) {
            constraints = StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxStringLength(string)
                    .maxNameLength(256)
                    .maxNumberLength(20)
                    .maxDocumentLength(bytes)
                    .maxTokenCount(tokens)
                    .build();
        }
    }

    private final ObjectMapper mapper;

    private WireCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    public static WireCodec json(Size size) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(size.constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return new WireCodec(strict(JsonMapper.builder(factory)));
    }

    public static WireCodec cbor(Size size) {
        CBORFactory factory = CBORFactory.builder()
                .streamReadConstraints(size.constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        return new WireCodec(strict(CBORMapper.builder(factory)));
    }

    /** One message of {@link Route}'s types. */
    public byte[] encode(Object message) {
        try {
            return mapper.writeValueAsBytes(message);
        } catch (IOException e) {
            throw new IllegalStateException(message.getClass().getSimpleName() + " must be writable", e);
        }
    }

    /** Reads exactly one message of the given type. */
    public <T> T decode(byte[] bytes, Class<T> type) {
        try {
            T message = mapper.readValue(bytes, type);
            if (message == null) {
                throw refused(type.getSimpleName(), "null", null);
            }
            return message;
        } catch (IOException e) {
            throw refused(type.getSimpleName(), firstLine(e), e);
        }
    }

    /** One frame of the reports channel, upwards. */
    public byte[] encodeReports(List<? extends Report> reports) {
        return encodeTagged(reports);
    }

    public List<Report> decodeReports(byte[] bytes) {
        return decodeTagged(bytes, Report.class);
    }

    /** One frame of the control lane. */
    public byte[] encodeControls(List<? extends Control> controls) {
        return encodeTagged(controls);
    }

    public List<Control> decodeControls(byte[] bytes) {
        return decodeTagged(bytes, Control.class);
    }

    // A list of tag, body, tag, body: the tag is looked up in the closed list of the sealed type, so that no document
    // can name a class.
    private byte[] encodeTagged(List<?> messages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (JsonGenerator out = mapper.createGenerator(bytes)) {
            out.writeStartArray();
            for (Object message : messages) {
                out.writeString(Tag.of(message.getClass()));
                out.writePOJO(message);
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new IllegalStateException("messages must be writable", e);
        }
        return bytes.toByteArray();
    }

    private <T> List<T> decodeTagged(byte[] bytes, Class<T> sealed) {
        List<T> messages = new ArrayList<>(2);
        try (JsonParser in = mapper.createParser(bytes)) {
            expect(in.nextToken() == JsonToken.START_ARRAY, "no list");
            while (in.nextToken() != JsonToken.END_ARRAY) {
                expect(in.currentToken() == JsonToken.VALUE_STRING, "no tag");
                Class<? extends T> type = Tag.find(sealed, in.getText());
                expect(in.nextToken() == JsonToken.START_OBJECT, "no body");
                ObjectReader reader = mapper.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
                messages.add(type.cast(reader.readValue(in)));
            }
            expect(in.nextToken() == null, "trailing bytes");
            return messages;
        } catch (IOException e) {
            throw refused(sealed.getSimpleName(), firstLine(e), e);
        }
    }

    private static void expect(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static QcmdException refused(String type, String why, @Nullable Throwable cause) {
        // What a record itself said against its values is more useful than the parser's wrapping of it.
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof QcmdException said) {
                return said;
            }
        }
        return new QcmdException(ErrorCode.BAD_REQUEST, "no " + type + ": " + why);
    }

    private static String firstLine(IOException e) {
        String message =
                e instanceof JsonProcessingException json ? json.getOriginalMessage() : String.valueOf(e.getMessage());
        return Quoted.of(message.lines().findFirst().orElse(""));
    }

    private static ObjectMapper strict(MapperBuilder<?, ?> builder) {
        return builder.enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                // One message, one run of bytes: maps have no order of their own.
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }
}
