package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one command: script, standard input until it runs, spooled output. That it exists says that the command was tried: it is made at most once.
 *
 * @param path {@code jobs/<jobId>}, printed from the parsed id
 */
record JobDirectory(Path path) {
    private static final Logger log = LoggerFactory.getLogger(JobDirectory.class);

    private static final int DEEPEST = 64;

    /** Where the job's directory is, or would be. */
    static JobDirectory of(Path jobs, JobId job) {
        return new JobDirectory(jobs.resolve(job.toString()));
    }

    /** Whose directory this is; empty: no job's. */
    static Optional<JobId> job(Path directory) {
        try {
            return Optional.of(JobId.parse(directory.getFileName().toString()));
        } catch (QcmdException e) {
            return Optional.empty();
        }
    }

    /** Makes it, 0700. {@link FileAlreadyExistsException}: the command was tried before. */
    JobDirectory create() throws IOException {
        Files.createDirectory(path, Modes.OWNER_ONLY_DIRECTORY);
        return this;
    }

    /** A new file in it; one that exists, or a link in its place, is an error. */
    Path write(String name, Bytes body, FileAttribute<Set<PosixFilePermission>> mode) throws IOException {
        Path file = path.resolve(name);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(file, options, mode)) {
            for (var rest = body.buffer(); rest.hasRemaining(); ) {
                channel.write(rest);
            }
        }
        return file;
    }

    /** Lets other users read a file of which they are given the open end, again by way of {@code /proc/self/fd}; its name remains out of their reach. */
    static Path handOver(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }

    /** Deletes a file of it; one that cannot be deleted goes with the directory. */
    void drop(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("{} is deleted later, with its directory: {}", file, e.toString());
        }
    }

    /** Makes the names in it, and its own, durable. */
    void force() throws IOException {
        for (Path directory : new Path[] {path, path.resolveSibling(".")}) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Deletes it with all it holds, relative to open directories, so that a link that somebody swaps in is deleted and never followed. Missing: nothing. */
    void delete() throws IOException {
        try (DirectoryStream<Path> jobs = Files.newDirectoryStream(path.resolveSibling("."))) {
            if (!(jobs instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException(path + ": not deleted, as this file system cannot do so without following links");
            }
            delete(secure, path.getFileName(), 0);
        } catch (NoSuchFileException e) {
            // Deleted before.
        }
    }

    private static void delete(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException(name + ": not deleted, as it is more than " + DEEPEST + " directories deep");
        }
        try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : directory) {
                Path leaf = entry.getFileName();
                if (isDirectory(directory, leaf)) {
                    delete(directory, leaf, depth + 1);
                } else {
                    directory.deleteFile(leaf);
                }
            }
        }
        parent.deleteDirectory(name);
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        return parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }
}
