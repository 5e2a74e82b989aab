package io.qcmd.client.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names that a list showed, kept for the TAB key in {@code ~/.cache/qcmd}: one file per kind, one name a line, the newest first, for its owner alone. It is a
 * convenience: what cannot be kept is not. Not thread-safe.
 */
final class Names {
    private static final Set<String> KINDS = Set.of("minion", "job", "group", "profile");
    /** More than anybody pages through after a TAB; a shell reads them in some milliseconds. */
    private static final int MOST = 2_000;

    /** Nothing that a shell could take for anything else. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final @Nullable Path file;
    private final Set<String> seen = new LinkedHashSet<>();
    /** What holds whatever is listed. */
    private final List<String> always;

    /** @param kind what is listed; nothing is kept of kinds that nobody completes */
    Names(Map<String, String> environment, String kind) {
        Path cache = cache(environment);
        file = cache == null || !KINDS.contains(kind)
                ? null
                : cache.resolve("qcmd").resolve(kind);
        always = kind.equals("job") ? List.of("@last") : List.of();
    }

    private static @Nullable Path cache(Map<String, String> environment) {
        String named = environment.getOrDefault("XDG_CACHE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        if (named.startsWith("/")) {
            return Path.of(named);
        }
        return home.startsWith("/") ? Path.of(home, ".cache") : null;
    }

    /** Whether it is worth to tell of more. */
    boolean wantsMore() {
        return file != null && seen.size() < MOST;
    }

    /** A name as it is shown; that of a group without its mark. */
    void see(String shown) {
        String name = shown.startsWith("@") ? shown.substring(1) : shown;
        if (wantsMore() && NAME.matcher(name).matches()) {
            seen.add(name);
        }
    }

    /** Forgets a name that is gone. */
    void forget(String name) {
        write(kept().stream().filter(each -> !each.equals(name)).toList());
    }

    /** Keeps what was seen, before what was kept. */
    void keep() {
        Set<String> all = new LinkedHashSet<>(always);
        all.addAll(seen);
        all.addAll(kept());
        write(all.stream().limit(MOST).toList());
    }

    private List<String> kept() {
        try {
            return file == null || !Files.exists(file) ? List.of() : Files.readAllLines(file);
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private void write(List<String> names) {
        if (file == null || names.equals(kept())) {
            return;
        }
        try {
            Path directory = Files.createDirectories(Objects.requireNonNull(file.getParent()), mode("rwx------"));
            Path fresh = Files.createTempFile(directory, ".names", ".new", mode("rw-------"));
            Files.write(fresh, names);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException full) {
            // Then there is less to complete.
            return;
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String rights) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
    }
}
