package io.qcmd.system;

import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an agent still keeps of jobs; when all is settled, that is nothing.
 *
 * @param files job directories, in which output is spooled
 * @param cgroups of commands
 * @param entries of its journal that the bus has not settled
 */
record Remains(List<String> files, List<String> cgroups, Set<String> entries) {
    private static final Pattern JOB = Pattern.compile("[0-9A-HJKMNP-TV-Z]{" + JobId.LENGTH + "}");
    /** Length and checksum of a record of the journal, then its type. */
    private static final int HEAD = 9;

    private static final byte STARTED = 2;
    private static final byte RELEASED = 5;

    /** @param agent its data directory */
    static Remains of(Path agent) {
        try {
            List<String> cgroups = new ArrayList<>();
            for (Path group : Processes.cgroupsOf(agent)) {
                cgroups.addAll(named(group));
            }
            return new Remains(named(agent.resolve("jobs")), cgroups, entries(agent.resolve("journal")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> objections() {
        List<String> wrong = new ArrayList<>();
        files.forEach(file -> wrong.add("a job directory is left: " + file));
        cgroups.forEach(group -> wrong.add("a cgroup is left: " + group));
        entries.forEach(job -> wrong.add("the journal keeps job " + job));
        return wrong;
    }

    /** What is named after a job. */
    private static List<String> named(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> JOB.matcher(name).find())
                    .toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        }
    }

    /** Jobs that started and were not released, read without the code of the agent. The last record may be half written. */
    private static Set<String> entries(Path journal) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(journal));
        Set<String> open = new TreeSet<>();
        while (in.remaining() >= HEAD && in.remaining() - HEAD >= in.getInt(in.position())) {
            int end = in.position() + HEAD + in.getInt(in.position());
            byte type = in.get(in.position() + HEAD - 1);
            in.position(in.position() + HEAD);
            if (type == STARTED) {
                open.add(new JobId(in.getLong(), in.getLong()).toString());
            } else if (type == RELEASED) {
                open.remove(new JobId(in.getLong(), in.getLong()).toString());
            }
            in.position(end);
        }
        return open;
    }
}
