package io.qcmd.protocol;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;

/**
 * Refuses what Jackson's parsers let pass and no codec of ours writes: half characters in text and names, big integers, and the tags of CBOR, of which string
 * references would make a small frame large.
 */
final class StrictParser extends JsonParserDelegate {
    StrictParser(JsonParser delegate) {
        super(delegate);
    }

    // The way forward of every reader: nextFieldName() and its like come through here too.
    @Override
    public JsonToken nextToken() throws IOException {
        JsonToken token = delegate.nextToken();
        boolean text = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
        if (text && !Unicode.isWellFormed(delegate.getText())) {
            throw new JsonParseException(this, "half a character in a text");
        }
        if (token == JsonToken.VALUE_NUMBER_INT && delegate.getNumberType() == NumberType.BIG_INTEGER) {
            throw new JsonParseException(this, "an integer of more than 64 bits");
        }
        if (delegate instanceof CBORParser cbor && !cbor.getCurrentTags().isEmpty()) {
            throw new JsonParseException(this, "a tag of CBOR");
        }
        return token;
    }

    @Override
    public JsonToken nextValue() throws IOException {
        JsonToken token = nextToken();
        return token == JsonToken.FIELD_NAME ? nextToken() : token;
    }
}
