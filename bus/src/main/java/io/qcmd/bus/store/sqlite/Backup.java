package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.StoreReport;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;

/** A file with a whole store in it, and beside it {@code FILE.sha256} as {@code sha256sum} writes and checks it. */
final class Backup {
    private Backup() {}

    /**
     * VACUUM INTO: one read transaction of the source, whoever writes meanwhile; compact, every row read and written anew. SQLite does not sync what it made
     * (sqlite.org/lang_vacuum.html), so this does.
     */
    static StoreReport write(Path database, Path file, Duration lockWait) throws SQLException, IOException {
        if (Files.exists(file) || Files.exists(checksum(file))) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "backup '" + file + "': is there already", "name a file that is not");
        }
        Path part = Path.of(file + ".part");
        Files.deleteIfExists(part);
        StoreDirectory.create(part);
        try {
            try (Database source = Database.openToRead(database, lockWait)) {
                Schema.check(source, database, Duration.ZERO);
                source.update("VACUUM INTO ?", part.toString());
            }
            StoreReport report = checked(part, lockWait);
            sync(part);
            StoreDirectory.create(checksum(file));
            Files.writeString(checksum(file), sha256(part) + "  " + file.getFileName() + "\n");
            sync(checksum(file));
            Files.move(part, file);
            sync(directory(file));
            return report;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Passes, or says that it is not what was written: STORE_UNAVAILABLE. */
    static void verify(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw unfit(file, "is no file", "name a file that qcmd bus backup made");
        }
        if (!Files.exists(checksum(file))) {
            throw unfit(
                    file,
                    "has no checksum beside it",
                    "bring " + checksum(file).getFileName() + "; if you trust the file: sha256sum it into that");
        }
        String told = Files.readString(checksum(file));
        if (!told.startsWith(sha256(file) + " ")) {
            throw unfit(file, "is not what its checksum says", "use another backup");
        }
    }

    /** What is in it; a backup that is worth nothing is told when it is made, not when it is needed. */
    private static StoreReport checked(Path part, Duration lockWait) throws SQLException {
        try (Database copy = Database.openToRead(part, lockWait)) {
            StoreReport report = Inspection.of(copy);
            if (!report.isSound()) {
                throw Schema.refused(
                        part,
                        "is damaged, as the store is (" + report.findings().get(0) + ")");
            }
            return report;
        }
    }

    static void sync(Path path) throws IOException {
        try (FileChannel open = FileChannel.open(path, StandardOpenOption.READ)) {
            open.force(true);
        }
    }

    private static QcmdException unfit(Path file, String why, String hint) {
        return new QcmdException(ErrorCode.STORE_UNAVAILABLE, "backup '" + file + "': " + why, hint);
    }

    private static Path checksum(Path file) {
        return Path.of(file + ".sha256");
    }

    private static Path directory(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
