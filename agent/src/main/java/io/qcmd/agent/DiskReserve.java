package io.qcmd.agent;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on the disk that nothing but the ends of commands may have: a file of zeroes, which is given up when the disk is full. Nothing starts while it is not
 * whole, so what runs can always say how it ended. A file system that copies on write, or takes zeroes for holes, promises less. Not thread-safe.
 */
final class DiskReserve {
    /** The inline results of all slots, six times over. */
    static final int BYTES = 4 << 20;

    private static final int PIECE = 64 * 1024;
    private static final Logger log = LoggerFactory.getLogger(DiskReserve.class);

    private final Path path;
    private boolean whole;

    private DiskReserve(Path path) {
        this.path = path;
    }

    /** Whole, if the disk has room for it. */
    static DiskReserve open(Path path) {
        DiskReserve reserve = new DiskReserve(path);
        try {
            reserve.fill();
        } catch (IOException e) {
            log.warn("nothing can be started yet: {}", e.getMessage());
        }
        return reserve;
    }

    /** Makes it whole, if it is not; an error: the disk has no room for it, and it takes none. Blocks for the disk. */
    void fill() throws IOException {
        if (whole) {
            return;
        }
        try (FileChannel file = open()) {
            try {
                for (long at = file.size(); at < BYTES; ) {
                    at += file.write(ByteBuffer.allocate((int) Math.min(PIECE, BYTES - at)), at);
                }
                file.force(true);
            } catch (IOException e) {
                file.truncate(0);
                throw new IOException("disk: no room to keep " + BYTES + " bytes for results in " + path, e);
            }
        }
        whole = true;
    }

    /** Gives all of it to whoever writes next. */
    void spend() {
        whole = false;
        try (FileChannel file = open()) {
            file.truncate(0);
        } catch (IOException e) {
            log.warn("{}: cannot be given up: {}", path, e.toString());
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, Set.of(CREATE, WRITE), Modes.OWNER_ONLY);
    }
}
