package io.qcmd.client.profile;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import io.qcmd.protocol.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All profiles of a user, in the order of their file. The file says to which bus commands go: one that others may write is refused. It is written for its owner
 * alone. All errors are CONFIG_INVALID. Immutable.
 *
 * @param place of the file, which need not exist; null when there is no home directory
 * @param current the profile that is used when none is named; null: that of the name {@code default}, if there is one. That it exists is not looked at
 */
public record ProfileFile(@Nullable Path place, @Nullable String current, Map<String, Map<Setting, String>> profiles) {
    /** The profile that nobody has to name. */
    public static final String DEFAULT = "default";

    private static final int MOST = 100;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    /** What YAML takes for a text, and for nothing else, without quotes. */
    private static final Pattern PLAIN = Pattern.compile("(?!null$)[A-Za-z0-9/](?:[A-Za-z0-9_./:@+-]*[A-Za-z0-9_/])?");

    private static final String HEAD = "# Written by qcmd profile; qcmd help environment says what may stand here.\n";

    public ProfileFile {
        for (String name : profiles.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw invalid("profile " + Quoted.of(name) + ": use 1-64 of [a-z0-9._-]", "choose another name");
            }
        }
        if (profiles.size() > MOST) {
            throw invalid(profiles.size() + " profiles; at most " + MOST, "qcmd profile rm NAME");
        }
        profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
    }

    /** {@code $XDG_CONFIG_HOME/qcmd/config.yaml}, else {@code ~/.config/qcmd/config.yaml}; null without a home directory. */
    public static @Nullable Path place(Map<String, String> environment) {
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        // XDG: what is not absolute does not count.
        if (config.startsWith("/")) {
            return Path.of(config, "qcmd", "config.yaml");
        }
        return home.startsWith("/") ? Path.of(home, ".config", "qcmd", "config.yaml") : null;
    }

    /** Reads the file; no profiles when there is none, which costs nothing. */
    public static ProfileFile read(@Nullable Path place) {
        if (place == null || !Files.exists(place)) {
            return new ProfileFile(place, null, Map.of());
        }
        if (isOpenTo(place, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)) {
            throw invalid("config " + place + ": others may write it, and send your commands elsewhere", fix(place));
        }
        ConfigFile config = ConfigFile.readWithSections(place);
        String current = config.textIfAny("current").orElse(null);
        Map<String, ConfigFile> sections = config.sections("profiles");
        config.done();
        Map<String, Map<Setting, String>> profiles = new LinkedHashMap<>();
        sections.forEach((name, section) -> profiles.put(name, profile(section)));
        return new ProfileFile(place, current, profiles);
    }

    private static Map<Setting, String> profile(ConfigFile section) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            section.textIfAny(setting.key()).ifPresent(value -> values.put(setting, value));
        }
        section.done();
        return values;
    }

    /** The place as people write it: with ~ for the home directory. */
    public static String shown(@Nullable Path place, Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        String text = place == null ? "a file: neither HOME nor XDG_CONFIG_HOME is set" : place.toString();
        return home.length() > 1 && text.startsWith(home + "/") ? "~" + text.substring(home.length()) : text;
    }

    /** Whether the file gives somebody one of these rights; no, where there are no such rights. */
    public static boolean isOpenTo(Path file, PosixFilePermission... rights) {
        try {
            return !Collections.disjoint(Files.getPosixFilePermissions(file), Set.of(rights));
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            throw invalid("config " + file + ": cannot be looked at: " + FileTrouble.of(e), "ls -l " + file);
        }
    }

    /** The command that closes a file to others. */
    public static String fix(Path file) {
        return "chmod 600 " + file;
    }

    /** With this profile added, or in place of the one of that name. */
    public ProfileFile with(String name, Map<Setting, String> values) {
        Map<String, Map<Setting, String>> all = new LinkedHashMap<>(profiles);
        all.put(name, values);
        return new ProfileFile(place, current, all);
    }

    /** Without this profile, which is then not the current one either. */
    public ProfileFile without(String name) {
        Map<String, Map<Setting, String>> all = new LinkedHashMap<>(profiles);
        all.remove(name);
        return new ProfileFile(place, name.equals(current) ? null : current, all);
    }

    /** With this profile as the current one. */
    public ProfileFile using(String name) {
        return new ProfileFile(place, name, profiles);
    }

    /**
     * Replaces the file, all of it or nothing, readable by its owner alone. Comments are not kept: what a person wrote goes to {@code config.yaml.old}.
     *
     * @return where the old file is; null: nothing is lost
     */
    public @Nullable Path write() {
        if (place == null) {
            throw invalid("there is no place for profiles: neither HOME nor XDG_CONFIG_HOME is set", "export HOME=DIR");
        }
        try {
            Path directory = Files.createDirectories(Objects.requireNonNull(place.getParent()), mode("rwx------"));
            Path target = Files.exists(place) ? place.toRealPath() : place;
            Path old = Files.exists(target)
                            && !Files.readString(target).equals(read(target).yaml())
                    ? Files.copy(target, Path.of(place + ".old"), StandardCopyOption.REPLACE_EXISTING)
                    : null;
            Path fresh = Files.createTempFile(directory, ".config", ".new", mode("rw-------"));
            Files.writeString(fresh, yaml());
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return old;
        } catch (IOException e) {
            throw invalid(
                    "config " + place + ": cannot be written: " + FileTrouble.of(e), "ls -ld " + place.getParent());
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String rights) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
    }

    private String yaml() {
        StringBuilder yaml = new StringBuilder(HEAD);
        if (current != null) {
            yaml.append("current: ").append(quoted(current)).append('\n');
        }
        yaml.append(profiles.isEmpty() ? "" : "profiles:\n");
        profiles.forEach((name, values) -> {
            yaml.append("  ").append(name).append(values.isEmpty() ? ": {}\n" : ":\n");
            values.forEach((setting, value) -> yaml.append("    ")
                    .append(setting.key())
                    .append(": ")
                    .append(quoted(value))
                    .append('\n'));
        });
        return yaml.toString();
    }

    private static String quoted(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "''") + "'";
    }

    private static QcmdException invalid(String what, String hint) {
        return new QcmdException(ErrorCode.CONFIG_INVALID, what, hint);
    }
}
