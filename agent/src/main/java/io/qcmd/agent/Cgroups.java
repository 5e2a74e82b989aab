package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cgroup v2 for each command: whatever its processes do short of moving themselves as root, they stay inside, and so does what they start.
 *
 * <pre>
 *   own cgroup of the agent
 *   |- qcmd-agent             the agent, only if it had to make room: controllers cannot be enabled beside processes
 *   `- qcmd-INSTANCE          named after the data directory: several agents share a host, and one job runs on all of them
 *      |- JOB                 of a command; what is in it is killed with it
 *      `- JOB.daemon          of one with allow-daemon; what is in it may stay, over restarts of the agent too
 * </pre>
 *
 * <p>Only the agent itself is ever moved, and only if it is alone in its own cgroup, as a service of systemd or in a container is: then limits can be set, if the
 * host delegates the controllers. Thread-safe.
 */
final class Cgroups implements Containment {
    private static final Logger log = LoggerFactory.getLogger(Cgroups.class);

    private static final Set<String> WANTED = Set.of("pids", "memory");
    private static final Pattern JOB = Pattern.compile("[0-9A-Z]{" + JobId.LENGTH + "}");
    private static final String DAEMON = ".daemon";
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String ENABLED = "cgroup.subtree_control";
    private static final long PROBE_SECONDS = 10;

    private final Cgroup own;
    private final Cgroup cells;
    private final CellLimits limits;
    private final Set<String> controllers = new TreeSet<>();
    private boolean vacated;

    private Cgroups(Cgroup own, Cgroup cells, CellLimits limits) {
        this.own = own;
        this.cells = cells;
        this.limits = limits;
    }

    /** Below the cgroup in which this process is. An error says, in few words, why that cannot be. */
    static Containment below(Path own, String instance, CellLimits limits) throws IOException {
        Path cells = own.resolve("qcmd-" + instance);
        try {
            Files.createDirectories(cells);
        } catch (IOException e) {
            throw new IOException(
                    "no cgroup can be made in " + own + " (" + e.getClass().getSimpleName() + ")", e);
        }
        Cgroups cgroups = new Cgroups(new Cgroup(own), new Cgroup(cells), limits);
        try {
            cgroups.probe();
        } catch (IOException e) {
            cgroups.close();
            throw e;
        }
        cgroups.enableControllers();
        return cgroups;
    }

    // The rules of who may move what are many, and differ between kernels and mounts: one try says it all.
    private void probe() throws IOException {
        try (Cgroup probe = cells.child("probe-" + ProcessHandle.current().pid())) {
            Process process = new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "echo 0 >\"$0\"",
                            probe.door().orElseThrow().toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("no process may be moved into a cgroup below " + own.path());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void enableControllers() {
        try {
            Set<String> there = wanted(own, CONTROLLERS);
            if (!wanted(own, ENABLED).containsAll(there) && isAlone()) {
                vacate();
                own.write(ENABLED, plus(there));
            }
            cells.write(ENABLED, plus(wanted(cells, CONTROLLERS)));
        } catch (IOException e) {
            log.warn("no limits for commands: {}", e.toString());
        }
        controllers.addAll(wanted(cells, ENABLED));
    }

    private static Set<String> wanted(Cgroup cgroup, String file) {
        return cgroup.words(file).stream().filter(WANTED::contains).collect(Collectors.toSet());
    }

    private static String plus(Set<String> names) {
        return names.stream().map(name -> "+" + name).collect(Collectors.joining(" "));
    }

    /** Whether nobody else is here. Not in the root of all cgroups, which is the host's; that one has no type. */
    private boolean isAlone() {
        return Files.exists(own.path().resolve("cgroup.type"))
                && own.words("cgroup.procs").equals(List.of(self()));
    }

    private void vacate() throws IOException {
        Files.createDirectories(agent().path());
        agent().write("cgroup.procs", self());
        vacated = true;
    }

    private Cgroup agent() {
        return new Cgroup(own.path().resolve(OwnCgroup.VACATED_FOR));
    }

    private static String self() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    @Override
    public String described() {
        return Stream.concat(Stream.of("cgroup2"), controllers.stream().sorted().map(limits::described))
                .collect(Collectors.joining(" "));
    }

    @Override
    public Cell open(JobId job, boolean daemons) throws IOException {
        if (daemons) {
            // Those of the past whose daemons have ended meanwhile; else they would become more and more.
            cells.children().stream()
                    .filter(Cgroups::isDaemon)
                    .filter(Cgroup::isVacant)
                    .forEach(Cgroup::close);
        }
        Cgroup cell = child(job + (daemons ? DAEMON : ""));
        try {
            limits.apply(cell, controllers);
            return cell;
        } catch (IOException e) {
            cell.close();
            throw e;
        }
    }

    private Cgroup child(String name) throws IOException {
        try {
            return cells.child(name);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("cgroup " + e.getMessage() + " is there already", e);
        }
    }

    @Override
    public Cell leftBy(JobId job) {
        return left().filter(cell ->
                        nameOf(cell).equals(job.toString()) || nameOf(cell).equals(job + DAEMON))
                .findFirst()
                .<Cell>map(cell -> cell)
                .orElse(Cell.NONE);
    }

    @Override
    public void sweep() {
        left().filter(cell -> JOB.matcher(nameOf(cell)).matches() || cell.isVacant())
                .forEach(Cgroups::clear);
    }

    private static void clear(Cgroup cell) {
        try (cell) {
            if (!cell.isVacant()) {
                int killed = new ProcessTree(Set.of(), 0, 0, cell).kill().met();
                log.warn("{} processes of a former agent were killed in {}", killed, cell.path());
            }
        }
    }

    /** All cells but the one in which this agent itself may be: one of its commands may have started it. */
    private Stream<Cgroup> left() {
        return cells.children().stream()
                .filter(cell -> !cell.mayHold(ProcessHandle.current().pid()));
    }

    private static boolean isDaemon(Cgroup cell) {
        return nameOf(cell).endsWith(DAEMON);
    }

    private static String nameOf(Cgroup cell) {
        return cell.path().getFileName().toString();
    }

    @Override
    public void close() {
        // Not what still has processes: they are daemons.
        cells.children().stream().filter(Cgroup::isVacant).forEach(Cgroup::close);
        if (cells.children().isEmpty()) {
            cells.close();
            moveBack();
        }
    }

    private void moveBack() {
        if (!vacated) {
            return;
        }
        try {
            own.write(ENABLED, plus(wanted(own, ENABLED)).replace('+', '-'));
            own.write("cgroup.procs", self());
            agent().close();
        } catch (IOException e) {
            log.info("{} stays: {}", agent().path(), e.toString());
        }
    }
}
