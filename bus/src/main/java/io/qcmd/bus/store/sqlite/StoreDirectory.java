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
import java.util.Arrays;
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

    /** Of the same length, as one is written over the other: it works on a full disk too. */
    private static final byte[] OPEN = "open  ".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] CLOSED = "closed".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final @Nullable FileChannel lock;

    private StoreDirectory(Path path, @Nullable FileChannel lock) {
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
        Path path = checked(directory);
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

    /** A look into it, whoever holds it. None there: STORE_UNAVAILABLE. */
    static StoreDirectory visit(Path directory) throws IOException {
        if (!Files.exists(directory.resolve("qcmd.db"))) {
            throw unusable(directory, "has no qcmd.db", "name the bus.yaml of the bus by --config FILE");
        }
        return new StoreDirectory(checked(directory), null);
    }

    private static Path checked(Path directory) throws IOException {
        Path path = directory.toRealPath();
        checkOwner(path);
        checkMode(path);
        return path;
    }

    /** Its write-ahead log: there is one while it is open, and after a crash. */
    Path log() {
        return path.resolve("qcmd.db-wal");
    }

    /** A whole restored database that has not got its name yet. */
    Path restored() {
        return path.resolve("qcmd.db.restored");
    }

    /** Whether there ever was a database. */
    boolean hadStore() {
        return Files.exists(path.resolve("state"));
    }

    /** Whether whoever had it open last did not close it: then there is a write-ahead log. */
    boolean wasLeftOpen() throws IOException {
        return hadStore() && Arrays.equals(Files.readAllBytes(path.resolve("state")), OPEN);
    }

    /** Says durably that there is a database, which is open from now on: there is a write-ahead log. */
    void markOpen() throws IOException {
        mark(OPEN);
    }

    /** Says durably that it is as good as closed: the write-ahead log may go. */
    void markClosed() throws IOException {
        mark(CLOSED);
    }

    private void mark(byte[] state) throws IOException {
        if (!hadStore()) {
            create(path.resolve("state"));
        }
        try (FileChannel file = FileChannel.open(path.resolve("state"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(state), 0);
            file.force(true);
        }
        syncNames();
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
        if (lock == null) {
            // The bus may be about to load its own copy.
            return own;
        }
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
        syncNames();
    }

    /** What was created, renamed and deleted here is so after a loss of power, too. */
    void syncNames() throws IOException {
        try (FileChannel names = FileChannel.open(path, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    boolean isHeld() {
        return lock != null && lock.isOpen();
    }

    /** Lets go of it. */
    @Override
    public void close() throws IOException {
        if (lock != null && isHeld()) {
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
                    "run it as uid " + owner + ", or chown " + self + " " + path);
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
