package io.qcmd.protocol.config;

import io.qcmd.protocol.EditDistance;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A config file while it is read: settings ask for their keys one by one, then call {@link #done()}, which refuses every key that nobody asked for. Each question
 * names the default, in the notation of the file. All errors are CONFIG_INVALID. For one thread.
 */
public final class ConfigFile {
    /** Bytes; a file of settings is a few KiB. */
    private static final int LONGEST = 256 * 1024;

    /** Keys with a text or a map of texts each. */
    private static final int FLAT = 2;

    private static final int WITH_SECTIONS = 3;

    private final String name;
    private final Map<String, Entry> entries;
    /** Every key asked for, with its default. */
    private final Map<String, String> known = new LinkedHashMap<>();

    private ConfigFile(String name, Map<String, Entry> entries) {
        this.name = name;
        this.entries = entries;
    }

    /**
     * The file that the arguments of a server name: {@code --config FILE}. Without arguments the usual one; if that does not exist, every default. Other
     * arguments: BAD_REQUEST.
     */
    public static ConfigFile ofArguments(String[] arguments, Path usual) {
        if (arguments.length == 0) {
            return Files.exists(usual) ? read(usual) : parse(usual.toString(), "");
        }
        if (arguments.length == 2 && arguments[0].equals("--config")) {
            return read(Path.of(arguments[1]));
        }
        throw new QcmdException(
                ErrorCode.BAD_REQUEST,
                "arguments " + Quoted.of(String.join(" ", arguments)) + " are not known",
                "use --config FILE, or nothing for " + usual);
    }

    /** Reads a file of at most 256 KiB of UTF-8. */
    public static ConfigFile read(Path file) {
        return read(file, FLAT);
    }

    /** As {@link #read}, of a file in which maps of texts may stand below names: {@link #sections}. */
    public static ConfigFile readWithSections(Path file) {
        return read(file, WITH_SECTIONS);
    }

    private static ConfigFile read(Path file, int depth) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw unreadable(file, "is larger than 256 KiB");
            }
            String yaml = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new ConfigFile(file.toString(), YamlReader.read(file.toString(), yaml, depth));
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file");
        } catch (AccessDeniedException e) {
            throw unreadable(file, "may not be read by user " + System.getProperty("user.name"));
        } catch (CharacterCodingException e) {
            throw unreadable(file, "is no UTF-8");
        } catch (IOException e) {
            throw unreadable(file, "cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Reads the text of a config file; the name stands in errors. An empty text gives every default. */
    public static ConfigFile parse(String name, String yaml) {
        return new ConfigFile(name, YamlReader.read(name, yaml, FLAT));
    }

    /** One or more characters, none of them a control character. */
    public String text(String key, String fallback) {
        return value(key, fallback, "use 1 character or more, no control characters", Optional::of);
    }

    /** As {@link #text}; empty without the key. */
    public Optional<String> textIfAny(String key) {
        known.put(key, "none");
        return entries.containsKey(key) ? Optional.of(text(key, "none")) : Optional.empty();
    }

    /** From {@code least} to {@code most}. */
    public int number(String key, int fallback, int least, int most) {
        return value(key, Integer.toString(fallback), "use " + least + " to " + most, text -> whole(text, least, most));
    }

    /** A time such as {@code 10s}, from {@code least} to {@code most}. */
    public Duration duration(String key, String fallback, String least, String most) {
        return Duration.ofMillis(quantity(Scale.TIME, key, fallback, least, most));
    }

    /** A size such as {@code 256KiB}, in bytes, from {@code least} to {@code most}. */
    public long bytes(String key, String fallback, String least, String most) {
        return quantity(Scale.SIZE, key, fallback, least, most);
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean fallback) {
        return value(key, Boolean.toString(fallback), "use true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** The lower-case name of one of the constants. */
    public <E extends Enum<E>> E choice(String key, E fallback) {
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        String names =
                String.join(" or ", Arrays.stream(all).map(ConfigFile::lower).toList());
        return value(
                key,
                lower(fallback),
                "use " + names,
                text -> Arrays.stream(all)
                        .filter(each -> lower(each).equals(text))
                        .findFirst());
    }

    /** An absolute path, normalised; nothing has to exist there. */
    public Path path(String key, Path fallback) {
        return value(
                key,
                fallback.toString(),
                "use an absolute path",
                text -> Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize));
    }

    /** {@code host:port}. */
    public Address address(String key, String fallback) {
        return value(key, fallback, "use host:port or [ipv6]:port, the port 0-65535", Address::parse);
    }

    /** Names with a text each, in the order of the file; without the key, none. Lengths in characters. */
    public Map<String, String> map(String key, int mostEntries, int longestName, int longestText) {
        known.put(key, "{}");
        Entry entry = entries.get(key);
        if (entry == null) {
            return Map.of();
        }
        if (entry.text() != null) {
            throw invalid(key, "use one 'name: text' a line, indented, below it");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        entry.members().forEach((member, value) -> {
            String text = value.text() == null ? "" : value.text();
            if (!isText(member) || member.length() > longestName || !isText(text) || text.length() > longestText) {
                throw invalid(
                        key,
                        "holds " + Quoted.of(member) + ": " + Quoted.of(text) + "; use names of 1-" + longestName
                                + " and texts of 1-" + longestText + " characters, no control characters");
            }
            texts.put(member, text);
        });
        if (texts.size() > mostEntries) {
            throw invalid(key, "holds " + texts.size() + " names; use at most " + mostEntries);
        }
        return Map.copyOf(texts);
    }

    /**
     * Names with settings each, in the order of the file, every one to be asked and ended with {@link #done} as the file itself; without the key, none. Only of a
     * file that was read with sections.
     */
    public Map<String, ConfigFile> sections(String key) {
        known.put(key, "{}");
        Entry entry = entries.get(key);
        if (entry == null) {
            return Map.of();
        }
        Map<String, ConfigFile> sections = new LinkedHashMap<>();
        entry.members().forEach((member, value) -> {
            if (value.text() != null) {
                throw YamlReader.invalid(
                        name, value.line(), key + " " + Quoted.of(member) + " holds no keys", "indent them below it");
            }
            sections.put(member, new ConfigFile(name, value.members()));
        });
        if (entry.text() != null) {
            throw invalid(key, "use one name a line, indented, with its keys below it");
        }
        return sections;
    }

    /** Refuses keys that nobody asked for. */
    public void done() {
        entries.forEach((key, entry) -> {
            if (!known.containsKey(key)) {
                throw YamlReader.invalid(name, entry.line(), "unknown key " + Quoted.of(key), nearest(key));
            }
        });
    }

    /** The error for a value that is wrong beside another one: says file, line, key, value and the given rule; the remedy is the default. */
    public QcmdException invalid(String key, String rule) {
        Entry entry = entries.get(key);
        String value = known.getOrDefault(key, "");
        if (entry == null) {
            return YamlReader.invalid(name, 0, key + " " + Quoted.of(value) + " (the default): " + rule, "set " + key);
        }
        String typed = entry.text() == null ? "" : " " + Quoted.of(entry.text());
        return YamlReader.invalid(
                name, entry.line(), key + typed + ": " + rule, "remove the line for the default, " + value);
    }

    private <T> T value(String key, String fallback, String rule, Function<String, Optional<T>> parse) {
        known.put(key, fallback);
        Entry entry = entries.get(key);
        String text = entry == null ? fallback : entry.text();
        if (text == null || !isText(text)) {
            throw invalid(key, rule);
        }
        return parse.apply(text).orElseThrow(() -> invalid(key, rule));
    }

    private long quantity(Scale scale, String key, String fallback, String least, String most) {
        long lowest = scale.parse(least).orElseThrow();
        long highest = scale.parse(most).orElseThrow();
        String rule = "use " + least + " to " + most + ", written like " + scale.examples();
        return value(key, fallback, rule, text -> {
            OptionalLong parsed = scale.parse(text);
            boolean inside = parsed.isPresent() && parsed.getAsLong() >= lowest && parsed.getAsLong() <= highest;
            return inside ? Optional.of(parsed.getAsLong()) : Optional.empty();
        });
    }

    private String nearest(String key) {
        return EditDistance.nearest(key, known.keySet())
                .map(each -> "did you mean " + each + "?")
                .orElse("known keys: " + String.join(", ", known.keySet()));
    }

    private static Optional<Integer> whole(String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(text)).filter(number -> number >= least && number <= most);
    }

    private static boolean isText(String text) {
        return !text.isEmpty() && text.chars().noneMatch(Character::isISOControl);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static QcmdException unreadable(Path file, String what) {
        return YamlReader.invalid(file.toString(), 0, what, "name a file that can be read, or none for the defaults");
    }
}
