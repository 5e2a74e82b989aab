package io.qcmd.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The data directory of an agent, its owner's alone: journal, job directories, and the name of this installation. */
record AgentHome(Path path) {
    private static final Pattern NAME = Pattern.compile("[0-9a-f-]{36}");

    /** Opens or makes it, with mode 0700 either way. */
    static AgentHome open(Path path) throws IOException {
        Path directory = path.toAbsolutePath();
        Files.createDirectories(directory, Modes.OWNER_ONLY_DIRECTORY);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        return new AgentHome(directory);
    }

    /** Where commands run and leave their output. */
    Path jobs() {
        return path.resolve("jobs");
    }

    /** Names this installation; made once. A copy of the directory on another host is a clone, and this is how the bus sees it. */
    String instance() throws IOException {
        Path file = path.resolve("instance");
        if (Files.exists(file)) {
            String name = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (NAME.matcher(name).matches()) {
                return name;
            }
        }
        String fresh = UUID.randomUUID().toString();
        write(file, fresh + "\n");
        return fresh;
    }

    private void write(Path file, String text) throws IOException {
        Path unfinished = path.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(
                unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Modes.OWNER_ONLY)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
