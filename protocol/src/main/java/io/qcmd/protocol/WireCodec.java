package io.qcmd.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The one place where messages become bytes. Strict: unknown, doubled, missing and null fields, other types, trailing bytes, deep or large documents are
 * refused with {@link ErrorCode#BAD_REQUEST}, or with the code that a message itself gives to its wrong values; no other exception comes out. Nothing in the
 * bytes chooses a class. Thread-safe; never blocks.
 */
public final class WireCodec {
    /** How large a document may be. */
    public enum Size {
        /** A frame of an agent, a request of a client that holds no target: 128 KiB, 10,000 tokens, strings of 64 KiB. */
        SMALL(Limits.AGENT_FRAME, 10_000, 64 * 1024),
        /** A submit and what else holds a target, a message to an agent, a page to a client: 4 MiB, 250,000 tokens, strings of 2 MiB. */
        LARGE(Limits.CLIENT_FRAME, 250_000, Limits.TARGET_TEXT);

        private final int bytes;
        private final StreamReadConstraints constraints;

        Size(int bytes, int tokens, int string) {
            this.bytes = bytes;
            constraints = StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxStringLength(string)
                    .maxNameLength(Limits.NAME)
                    .maxNumberLength(20)
                    .maxTokenCount(tokens)
                    .build();
        }
    }

    private final Size size;
    private final ObjectMapper mapper;
    private final Opening opening;
    /** To make one costs more than to read with it. */
    private final Map<Class<?>, ObjectReader> readers = new ConcurrentHashMap<>();

    private WireCodec(Size size, ObjectMapper mapper, Opening opening) {
        this.size = size;
        this.mapper = mapper;
        this.opening = opening;
    }

    /** UTF-8 without a byte order mark; other encodings are refused, not guessed. */
    public static WireCodec json(Size size) {
        JsonFactory factory = strict(JsonFactory.builder(), size);
        return new WireCodec(size, strict(JsonMapper.builder(factory), StrictModule.textual()), bytes -> {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return factory.createParser(text.array(), text.arrayOffset(), text.remaining());
        });
    }

    /** Without tags. */
    public static WireCodec cbor(Size size) {
        CBORFactory factory =
                strict(CBORFactory.builder().enable(CBORParser.Feature.READ_SIMPLE_VALUE_AS_EMBEDDED_OBJECT), size);
        return new WireCodec(size, strict(CBORMapper.builder(factory), StrictModule.binary()), factory::createParser);
    }

    /** Finds out now how to write the one and to read the other, which else the first message of a type pays for: in a young process some 20 ms. */
    public void prepare(Class<?> written, Class<?> read) {
        mapper.writerFor(written);
        mapper.readerFor(read);
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
        return read(bytes, type, in -> {
            expect(in.nextToken() != JsonToken.VALUE_NULL, "null");
            return reader(type).readValue(in);
        });
    }

    /** One frame of the reports channel, upwards; at most {@link Limits#FRAME_MESSAGES}. */
    public byte[] encodeReports(List<? extends Report> reports) {
        return encodeTagged(reports);
    }

    public List<Report> decodeReports(byte[] bytes) {
        return read(bytes, Report.class, in -> readTagged(in, Report.class));
    }

    /** One frame of the control lane; at most {@link Limits#FRAME_MESSAGES}. */
    public byte[] encodeControls(List<? extends Control> controls) {
        return encodeTagged(controls);
    }

    public List<Control> decodeControls(byte[] bytes) {
        return read(bytes, Control.class, in -> readTagged(in, Control.class));
    }

    // A list of tag, body, tag, body: the tag is looked up in the closed list of the sealed type, so that no document
    // can name a class.
    private byte[] encodeTagged(List<?> messages) {
        if (messages.size() > Limits.FRAME_MESSAGES) {
            throw new IllegalArgumentException(
                    "a frame of " + messages.size() + " messages; at most " + Limits.FRAME_MESSAGES);
        }
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

    private <T> List<T> readTagged(JsonParser in, Class<T> sealed) throws IOException {
        List<T> messages = new ArrayList<>(2);
        expect(in.nextToken() == JsonToken.START_ARRAY, "no list");
        while (in.nextToken() != JsonToken.END_ARRAY) {
            expect(messages.size() < Limits.FRAME_MESSAGES, "more than " + Limits.FRAME_MESSAGES + " messages");
            expect(in.currentToken() == JsonToken.VALUE_STRING, "no tag");
            Class<? extends T> type = Tag.find(sealed, in.getText());
            expect(in.nextToken() == JsonToken.START_OBJECT, "no body");
            messages.add(type.cast(reader(type).readValue(in)));
        }
        return messages;
    }

    private ObjectReader reader(Class<?> type) {
        return readers.computeIfAbsent(type, mapper::readerFor);
    }

    private <T> T read(byte[] bytes, Class<?> what, Reading<T> reading) {
        if (bytes.length > size.bytes) {
            throw refused(what, bytes.length + " bytes; at most " + size.bytes);
        }
        try (JsonParser in = new StrictParser(opening.open(bytes))) {
            T read = reading.read(in);
            expect(in.nextToken() == null, "trailing bytes");
            return read;
        } catch (IOException | RuntimeException e) {
            // RuntimeException: whatever a parser stumbles over in the bytes of a stranger is the stranger's fault.
            throw refused(what, e);
        }
    }

    private static void expect(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static QcmdException refused(Class<?> what, Exception why) {
        // What a message itself says against its values is more useful than the parser's wrapping of it.
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof QcmdException said) {
                return said;
            }
            if (cause instanceof ValueInstantiationException
                    && cause.getCause() instanceof IllegalArgumentException said) {
                return refused(what, String.valueOf(said.getMessage()));
            }
        }
        return refused(what, why instanceof JsonMappingException mapping ? fault(mapping) : Quoted.of(firstLine(why)));
    }

    private static QcmdException refused(Class<?> what, String why) {
        return new QcmdException(ErrorCode.BAD_REQUEST, "no " + what.getSimpleName() + ": " + why);
    }

    // In our words: Jackson's name our classes.
    private static String fault(JsonMappingException e) {
        String at = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("."));
        if (e instanceof UnrecognizedPropertyException) {
            return "unknown field " + Quoted.of(at);
        }
        return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? "at " + Quoted.of(at) + ": missing, or no "
                        + mismatch.getTargetType().getSimpleName()
                : "at " + Quoted.of(at) + ": not readable";
    }

    private static String firstLine(Exception e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        return String.valueOf(message).lines().findFirst().orElse("");
    }

    private static <F extends JsonFactory> F strict(TSFBuilder<F, ?> builder, Size size) {
        return builder.streamReadConstraints(size.constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    private static ObjectMapper strict(MapperBuilder<?, ?> builder, StrictModule module) {
        return builder.addModule(module)
                .enable(
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        // For ErrorCode alone, the only enum with a default.
                        DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
                // One message, one run of bytes: maps have no order of their own.
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                // Blank text would be null where a number may be null.
                .withCoercionConfigDefaults(all -> all.setAcceptBlankAsEmpty(false))
                .build();
    }

    /** Begins to read a document of one format. */
    private interface Opening {
        JsonParser open(byte[] bytes) throws IOException;
    }

    /** What is made of a document; may leave trailing tokens. */
    private interface Reading<T> {
        T read(JsonParser in) throws IOException;
    }
}
