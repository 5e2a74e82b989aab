package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How values are read: each has one form, and only what is marked {@code @Nullable} may be null. */
final class StrictModule extends SimpleModule {
    private static final long serialVersionUID = 1;

    private StrictModule(StdScalarDeserializer<Bytes> bytes) {
        addDeserializer(String.class, new TextReader());
        addDeserializer(Bytes.class, bytes);
        setDeserializerModifier(new EnumReaders());
    }

    /** For a format without byte strings. */
    static StrictModule textual() {
        return new StrictModule(new Base64Reader());
    }

    static StrictModule binary() {
        return new StrictModule(new BytesReader());
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.insertAnnotationIntrospector(new NullMarks());
    }

    /** A text and nothing else: Jackson would also take numbers and, as base64, byte strings. */
    private static final class TextReader extends StdScalarDeserializer<String> {
        private static final long serialVersionUID = 1;

        TextReader() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return in.hasToken(JsonToken.VALUE_STRING) ? in.getText() : context.reportInputMismatch(this, "no text");
        }
    }

    /** An exact name and nothing else: Jackson would also take numbers and trim names. */
    private static final class EnumReader extends DelegatingDeserializer {
        private static final long serialVersionUID = 1;

        EnumReader(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new EnumReader(delegate);
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return in.hasToken(JsonToken.VALUE_STRING)
                            && in.getText().equals(in.getText().strip())
                    ? super.deserialize(in, context)
                    : context.reportInputMismatch(this, "no exact name");
        }
    }

    private static final class EnumReaders extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyEnumDeserializer(
                DeserializationConfig config, JavaType type, BeanDescription description, JsonDeserializer<?> own) {
            return new EnumReader(own);
        }
    }

    /** A byte string and nothing else: Jackson would also take lists of numbers. */
    private static final class BytesReader extends StdScalarDeserializer<Bytes> {
        private static final long serialVersionUID = 1;

        BytesReader() {
            super(Bytes.class);
        }

        @Override
        public Bytes deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return in.getEmbeddedObject() instanceof byte[] array
                    ? Bytes.wrap(array)
                    : context.reportInputMismatch(this, "no byte string");
        }
    }

    /** Base64 in its one canonical form (RFC 4648 section 4, padded): no white space, no line ends, no stray bits. */
    private static final class Base64Reader extends StdScalarDeserializer<Bytes> {
        private static final long serialVersionUID = 1;

        Base64Reader() {
            super(Bytes.class);
        }

        @Override
        public Bytes deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (in.hasToken(JsonToken.VALUE_STRING)) {
                try {
                    byte[] array = Base64.getDecoder().decode(in.getText());
                    if (Base64.getEncoder().encodeToString(array).equals(in.getText())) {
                        return Bytes.wrap(array);
                    }
                } catch (IllegalArgumentException e) {
                    // Said below, like what is only nearly base64.
                }
            }
            return context.reportInputMismatch(this, "no canonical base64");
        }
    }

    /** Reads jspecify's marks: a record component is not null unless it says so; what is in a list or map never is. */
    private static final class NullMarks extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public JsonSetter.Value findSetterInfo(Annotated annotated) {
            boolean nullable = annotated instanceof AnnotatedParameter parameter && isNullable(parameter);
            return JsonSetter.Value.construct(nullable ? Nulls.SET : Nulls.FAIL, Nulls.FAIL);
        }

        private static boolean isNullable(AnnotatedParameter parameter) {
            return parameter.getOwner().getAnnotated() instanceof Executable creator
                    && creator.getAnnotatedParameterTypes()[parameter.getIndex()].isAnnotationPresent(Nullable.class);
        }
    }
}
