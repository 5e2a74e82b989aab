package io.qcmd.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of a few megabytes, which can be filled up. Only root may make one: without, the test is skipped. */
public final class SmallDisk implements AutoCloseable {
    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /** @param megabytes it holds, with what it needs for itself */
    public static SmallDisk mount(Path path, int megabytes) throws IOException {
        Files.createDirectories(path);
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", path.toString());
        assumeTrue(mounted, "no file system can be mounted here");
        return new SmallDisk(path);
    }

    public Path path() {
        return path;
    }

    /** Leaves not a byte. */
    public void fill() throws IOException {
        try (FileChannel file = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                file.write(ByteBuffer.allocate(4_096));
            }
        } catch (IOException full) {
            if (path.toFile().getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    public void empty() throws IOException {
        Files.delete(filler());
    }

    @Override
    public void close() throws IOException {
        if (!run("umount", "-l", path.toString())) {
            throw new IOException(path + " cannot be unmounted");
        }
    }

    private Path filler() {
        return path.resolve("filler");
    }

    private static boolean run(String... command) throws IOException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .onExit()
                        .join()
                        .exitValue()
                == 0;
    }
}
