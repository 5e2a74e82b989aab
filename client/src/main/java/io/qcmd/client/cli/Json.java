package io.qcmd.client.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.yaml.snakeyaml.DumperOptions;

/** Writes JSON in ASCII: whatever a minion said is exact for programs and harmless on a terminal. */
final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private Json() {}

    /** Writes the fields of one object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    /** How a thing looks in JSON: its fields are API. */
    @FunctionalInterface
    interface Shape<T> {
        void write(T thing, JsonGenerator out) throws IOException;
    }

    /** A field of text, and {@code nameBase64} beside it where the bytes are no text. */
    static void text(String name, byte[] bytes, JsonGenerator out) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        out.writeStringField(name, text);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            out.writeStringField(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    /** One object on one line, without a line end. */
    static byte[] object(Fields fields) {
        return object(fields, FACTORY);
    }

    /** One document of YAML, with its mark and in ASCII as well. */
    static byte[] yaml(Fields fields) {
        DumperOptions options = new DumperOptions();
        options.setAllowUnicode(false);
        options.setSplitLines(false);
        return object(fields, YAMLFactory.builder().dumperOptions(options).build());
    }

    private static byte[] object(Fields fields, JsonFactory factory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = factory.createGenerator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
