package io.qcmd.protocol.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the small part of YAML that a config file needs: keys with one text each, or with a map of such, as deep as is asked for. Lists, deeper maps, tags,
 * aliases and a second document are refused where they stand, so nothing is instantiated, and nothing multiplies.
 */
final class YamlReader {
    private static final YAMLFactory YAML = new YAMLFactory();

    private final String file;
    private final YAMLParser parser;

    private YamlReader(String file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * The keys in the order of the file.
     *
     * @param depth how many maps may stand in each other; 1 is that of the file itself
     */
    static Map<String, Entry> read(String file, String yaml, int depth) {
        try (YAMLParser parser = YAML.createParser(yaml)) {
            return new YamlReader(file, parser).document(depth);
        } catch (JsonProcessingException e) {
            throw invalid(file, line(e), "is no YAML: " + firstLine(e), "write one 'key: value' a line");
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot fail to be read", e);
        }
    }

    private Map<String, Entry> document(int depth) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        JsonToken first = next();
        if (first == JsonToken.START_OBJECT) {
            readKeys(entries, depth);
        } else if (first != null && first != JsonToken.VALUE_NULL) {
            throw refused("holds no keys");
        }
        if (next() != null) {
            throw refused("holds a second document");
        }
        return entries;
    }

    private void readKeys(Map<String, Entry> entries, int depth) throws IOException {
        while (next() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int line = line();
            if (entries.putIfAbsent(key, entry(key, line, depth - 1)) != null) {
                throw invalid(file, line, "key " + Quoted.of(key) + " stands twice", "remove one of them");
            }
        }
    }

    private Entry entry(String key, int line, int depth) throws IOException {
        JsonToken value = next();
        if (value != JsonToken.START_OBJECT || depth == 0) {
            return new Entry(line, text(key, value), Map.of());
        }
        Map<String, Entry> members = new LinkedHashMap<>();
        readKeys(members, depth);
        return new Entry(line, null, members);
    }

    private String text(String key, @Nullable JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            throw invalid(file, line(), "key " + Quoted.of(key) + " has no value", "remove the line for the default");
        }
        if (value == null || !value.isScalarValue()) {
            throw refused("key " + Quoted.of(key) + " holds a list or a map too deep");
        }
        return parser.getText();
    }

    private @Nullable JsonToken next() throws IOException {
        JsonToken token = parser.nextToken();
        if (token != null && (parser.isCurrentAlias() || parser.getTypeId() != null)) {
            throw refused("holds a tag or an alias");
        }
        return token;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private QcmdException refused(String what) {
        return invalid(file, line(), what, "write one 'key: value' a line");
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("");
    }

    /** An error of this file; line 0: not known. */
    static QcmdException invalid(String file, int line, String what, String hint) {
        String where = line > 0 ? ", line " + line : "";
        return new QcmdException(ErrorCode.CONFIG_INVALID, "config " + file + where + ": " + what, hint);
    }
}
