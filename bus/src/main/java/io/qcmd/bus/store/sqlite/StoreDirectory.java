package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The directory of a store: ours, closed to others, and held by one store at a time until {@link #close}. Thread-safe. */
final class StoreDirectory implements AutoCloseable {
    private static final Set<PosixFilePermission> OURS_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Of this process. A lock of POSIX belongs to the process, and ends with the first close of the file: it must not be opened twice. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lock;

    private StoreDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes it if there is none. Another mode or owner: STORE_UNAVAILABLE. Held already: STORE_BUSY. */
    static StoreDirectory hold(Path directory) throws IOException {
        if (directory.toAbsolutePath().toString().indexOf('?') >= 0) {
            throw unusable(
                    directory, "has a '?' in its path, where SQLite would read options", "use another directory");
        }
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OURS_ALONE));
        Path path = directory.toRealPath();
        checkOwner(path);
        checkMode(path);
        if (!HELD.add(path)) {
            throw heldBy(path, "this process");
        }
        FileChannel lock = null;
        try {
            lock = lock(path);
            return new StoreDirectory(path, lock);
        } finally {
            if (lock == null) {
                HELD.remove(path);
            }
        }
    }

    Path database() {
        return path.resolve("qcmd.db");
    }

    /** Where a new database is made, before it gets its name. */
    Path draft() {
        return path.resolve("qcmd.db.new");
    }

    /**
     * Where the driver unpacks its native library: a directory that nobody else can write to. It is emptied, as a process that was killed leaves its copy behind;
     * a copy that is loaded stays loaded.
     */
    Path nativeLibrary() throws IOException {
        Path own = path.resolve("native");
        Files.createDirectories(own, PosixFilePermissions.asFileAttribute(OURS_ALONE));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(own)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        return own;
    }

    /** An empty file, closed to others. */
    static void create(Path file) throws IOException {
        Files.createFile(file, FILE);
    }

    /** Gives the draft its name, durably. */
    void publishDraft() throws IOException {
        Files.move(draft(), database());
        try (FileChannel names = FileChannel.open(path, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Lets go of it. */
    @Override
    public void close() throws IOException {
        if (lock.isOpen()) {
            lock.close();
            HELD.remove(path);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel file = FileChannel.open(
                path.resolve("lock"),
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                FILE);
        @Nullable FileLock held = null;
        try {
            held = file.tryLock();
            if (held == null) {
                throw heldBy(path, "process " + read(file));
            }
            file.truncate(0);
            file.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return file;
        } finally {
            if (held == null) {
                file.close();
            }
        }
    }

    private static String read(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        int length = file.read(text, 0);
        return length <= 0 ? "unknown" : new String(text.array(), 0, length, StandardCharsets.US_ASCII);
    }

    private static void checkOwner(Path path) throws IOException {
        Object owner = Files.getAttribute(path, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self)) {
            throw unusable(
                    path,
                    "belongs to uid " + owner + "; it must belong to uid " + self + ", which the bus runs as",
                    "chown " + self + " " + path);
        }
    }

    private static void checkMode(Path path) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        if (!mode.equals(OURS_ALONE)) {
            throw unusable(
                    path,
                    "has mode " + PosixFilePermissions.toString(mode) + "; it must be rwx------, closed to others",
                    "chmod 0700 " + path);
        }
    }

    private static QcmdException unusable(Path path, String why, String hint) {
        return new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store '" + path + "': " + why, hint);
    }

    private static QcmdException heldBy(Path path, String holder) {
        return new QcmdException(
                ErrorCode.STORE_BUSY,
                "store '" + path + "': is held by another bus (" + holder + "); one bus at a time",
                "stop the other one, or give this one a directory of its own");
    }
}
