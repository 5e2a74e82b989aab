package io.qcmd.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a second agent out of a data directory, also one of another process. The kernel lets go of it when the process ends, however it does. */
final class DirectoryLock implements Closeable {
    private final FileChannel file;

    private DirectoryLock(FileChannel file) {
        this.file = file;
    }

    /** An error: another agent holds it, or the disk refuses. */
    static DirectoryLock take(Path directory) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileChannel file = FileChannel.open(directory.resolve("lock"), options, Modes.OWNER_ONLY);
        if (lock(file) == null) {
            file.close();
            throw new IOException("data directory '" + directory
                    + "': another agent runs on it; stop that one, or give this one a directory of its own");
        }
        return new DirectoryLock(file);
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
