package io.qcmd.transport;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The file of a Unix socket that is listened on. Its directory, 0700, is what keeps others out: there is a moment between bind and chmod. */
final class SocketFile {
    private final Path path;
    private @Nullable Object key;

    SocketFile(Path path) {
        this.path = path;
    }

    /** Removes what a dead process left. Something that is no socket, or on which somebody listens: BAD_REQUEST, and nothing is touched. */
    void clear() {
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (!attributes().isOther()) {
                throw refused("exists and is no socket");
            }
            if (isAlive()) {
                throw refused("another process listens on it");
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be called once the socket is bound. */
    void restrict() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            key = attributes().fileKey();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes it, unless it is another's by now. */
    void remove() {
        try {
            if (key != null
                    && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Objects.equals(key, attributes().fileKey())) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isAlive() throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Without it a full backlog would block here.
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            // A full backlog, or not allowed: there is somebody.
            return true;
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private QcmdException refused(String why) {
        return new QcmdException(
                ErrorCode.BAD_REQUEST,
                "socket path " + Quoted.of(path.toString()) + ": " + why,
                "choose another path, or stop that process");
    }
}
