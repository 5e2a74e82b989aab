package io.qcmd.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of one command, however they tried to get away. A process belongs to it if it
 *
 * <ul>
 *   <li>is in the cgroup of the command, if it has one,
 *   <li>or is in the session of the main process,
 *   <li>or carries {@code QCMD_JOB=<job>} and {@code QCMD_MINION=<minion>} in its environment (a double fork with setsid),
 *   <li>or descends from a member that still lives,
 *   <li>or was a member when it was last looked at.
 * </ul>
 *
 * <p>Each finds what another one misses: what cleared its environment, left the session and lost its parent before anybody looked is held by the cgroup alone; what
 * a login session took out of the cgroup, as su and ssh do on many hosts, is found by the rest. The agent itself and its ancestors never belong, also when the
 * agent was started by a command.
 *
 * <p>One look reads {@code stat} of every process, and {@code environ} only of those younger than the command. Not thread-safe.
 */
final class ProcessTree {
    private static final Logger log = LoggerFactory.getLogger(ProcessTree.class);

    /** A process in uninterruptible sleep cannot be killed before its disk answers: it is reported instead of awaited. */
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(2);

    /** At the limit of open files, as long as others take what is let go of. */
    private static final Duration BLIND_PATIENCE = Duration.ofSeconds(5);

    /** Too short for the kernel to give out all pids once. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(1);

    private static final int FEW = 64;

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    private final Set<String> marks;
    private final long main;
    private final long startTicks;
    private final Containment.Cell cell;
    private Set<ProcessEntry> known = new HashSet<>();
    private boolean blind;

    /**
     * The tree of a command.
     *
     * @param marks what the environment of each of its processes says, all of it; empty: do not find by the environment
     * @param main its main process, the leader of its session; 0: not known
     * @param startTicks when it started; no process of the command is older; 0: not known
     * @param cell where its processes are held, and nobody else
     */
    ProcessTree(Set<String> marks, long main, long startTicks, Containment.Cell cell) {
        this.marks = Set.copyOf(marks);
        this.main = main;
        this.startTicks = startTicks;
        this.cell = cell;
        SpareFiles.takeBack();
    }

    /**
     * How a tree was ended.
     *
     * @param met how many different processes got KILL
     * @param left how many live on nevertheless
     * @param sure false: there may be more, as the agent could not look
     */
    record Killed(int met, int left, boolean sure) {
        static final Killed NOBODY = new Killed(0, 0, true);

        boolean leftNobody() {
            return left == 0 && sure;
        }
    }

    /**
     * TERM to all, the grace for them to go, then KILL until none is left. Blocks.
     *
     * @param grace asked again and again, as it may get shorter; zero at first: no TERM
     */
    Killed stop(Supplier<Duration> grace) {
        long began = System.nanoTime();
        boolean told = false;
        Duration pause = SHORTEST_PAUSE;
        while (System.nanoTime() - began < grace.get().toNanos()) {
            Look look = look();
            if (look.isEmpty()) {
                break;
            }
            if (!told) {
                look.members.forEach(member -> signal(member, false));
                told = look.sure;
            }
            pause = rest(pause);
        }
        return kill();
    }

    /** KILL until none is left, at most 2 s; 5 s while it cannot look. Blocks. */
    Killed kill() {
        long began = System.nanoTime();
        Set<ProcessEntry> met = new HashSet<>();
        Duration pause = SHORTEST_PAUSE;
        Look look = look();
        while (!look.isEmpty() && System.nanoTime() - began < look.patience().toNanos()) {
            boolean killsTheRest = cell.kill();
            look.members.forEach(member -> signal(member, true));
            if (!killsTheRest) {
                killGroups(look.groups);
            }
            look.members.forEach(member -> met.add(identity(member)));
            pause = rest(pause);
            look = look();
        }
        SpareFiles.takeBack();
        return new Killed(met.size(), look.members.size(), look.sure);
    }

    /**
     * What {@link #kill} does, after the main process has ended. Usually it was the only one, and that is seen without a look at every process of the host: pids are
     * given out in turn, so of a short life only the few that came after it can be its children.
     */
    Killed killLeftovers(Duration lived) {
        return lived.compareTo(SHORT_LIFE) < 0 && leftNobody() ? Killed.NOBODY : kill();
    }

    private boolean leftNobody() {
        try {
            long latest = ProcessEntry.latestPid();
            return main != 0
                    && cell.pids().isEmpty()
                    && latest >= main
                    && latest - main <= FEW
                    && !isAnyMarked(main + 1, latest);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isAnyMarked(long first, long last) throws IOException {
        for (long pid = first; pid <= last; pid++) {
            Optional<ProcessEntry> entry = ProcessEntry.of(pid);
            if (entry.isPresent() && !entry.get().zombie() && isMarked(entry.get(), true)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What one look at all processes found: the members, the groups that have no others, and whether the cell had anybody, who may be gone by now.
     *
     * @param sure false: nothing, as it failed
     */
    private record Look(List<ProcessEntry> members, Set<Long> groups, boolean held, boolean sure) {
        static final Look FAILED = new Look(List.of(), Set.of(), false, false);

        boolean isEmpty() {
            return members.isEmpty() && !held && sure;
        }

        Duration patience() {
            return sure ? KILL_PATIENCE : BLIND_PATIENCE;
        }
    }

    private Look look() {
        try {
            return lookAround();
        } catch (IOException full) {
            return lookWithSpareFiles();
        }
    }

    private Look lookWithSpareFiles() {
        try {
            SpareFiles.lend();
            return lookAround();
        } catch (IOException e) {
            if (!blind) {
                blind = true;
                log.warn("the processes of a command cannot be looked at: {}", e.toString());
            }
            return Look.FAILED;
        }
    }

    private Look lookAround() throws IOException {
        Map<Long, ProcessEntry> others = new HashMap<>();
        ProcessEntry.all().forEach(entry -> others.put(entry.pid(), entry));
        // Asked last: who was forked since is in it, and nobody leaves it but by its end.
        Set<Long> inside = new HashSet<>(cell.pids());
        for (long pid : inside) {
            ProcessEntry.of(pid).ifPresent(entry -> others.putIfAbsent(pid, entry));
        }
        Set<Long> spared = agentAndAncestors(others);
        inside.removeAll(spared);
        boolean ownSession = isOwnSession(others.get(main));
        others.values().removeIf(ProcessEntry::zombie);
        List<ProcessEntry> members = new ArrayList<>();
        Question eligible = entry -> entry.startTicks() >= startTicks && !spared.contains(entry.pid());
        move(
                others,
                members,
                entry -> eligible.test(entry) && (inside.contains(entry.pid()) || isMarked(entry, ownSession)));
        Set<Long> pids = new HashSet<>();
        while (members.stream().map(ProcessEntry::pid).filter(pids::add).count() > 0) {
            move(others, members, entry -> eligible.test(entry) && pids.contains(entry.parent()));
        }
        known = members.stream().map(ProcessTree::identity).collect(Collectors.toSet());
        Set<Long> groups = members.stream().map(ProcessEntry::group).collect(Collectors.toSet());
        others.values().forEach(entry -> groups.remove(entry.group()));
        return new Look(members, groups, !inside.isEmpty(), true);
    }

    /** Of a process; an error: that is not known. */
    private interface Question {
        boolean test(ProcessEntry entry) throws IOException;
    }

    private static void move(Map<Long, ProcessEntry> from, List<ProcessEntry> into, Question which) throws IOException {
        for (ProcessEntry entry : List.copyOf(from.values())) {
            if (which.test(entry)) {
                into.add(entry);
                from.remove(entry.pid());
            }
        }
    }

    private boolean isMarked(ProcessEntry entry, boolean ownSession) throws IOException {
        return entry.isSame(main, startTicks)
                || (ownSession && entry.session() == main)
                || known.contains(identity(entry))
                || (!marks.isEmpty() && entry.hasInEnvironment(marks));
    }

    // The kernel keeps the number of a session until its last member is gone; then another may lead one of that number.
    private boolean isOwnSession(@Nullable ProcessEntry leader) {
        return main != 0 && (leader == null || leader.startTicks() == startTicks);
    }

    private static Set<Long> agentAndAncestors(Map<Long, ProcessEntry> byPid) {
        Set<Long> spared = new HashSet<>();
        long pid = ProcessHandle.current().pid();
        while (pid > 0 && spared.add(pid)) {
            ProcessEntry entry = byPid.get(pid);
            pid = entry == null ? 0 : entry.parent();
        }
        return spared;
    }

    // A process keeps pid and start; parent, group and session may change.
    private static ProcessEntry identity(ProcessEntry entry) {
        return new ProcessEntry(entry.pid(), false, 0, 0, 0, entry.startTicks());
    }

    // No process is made for it, so it works also when the host has no room for one. The JDK compares the start time
    // once more before it signals.
    private static void signal(ProcessEntry member, boolean kill) {
        ProcessHandle.of(member.pid()).ifPresent(kill ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
    }

    /**
     * One signal to a whole group leaves it no moment to fork away, as one signal per process does. Only groups of which every process is a member: without
     * sessions of their own, commands share the agent's group.
     */
    private static void killGroups(Set<Long> groups) {
        if (groups.isEmpty()) {
            return;
        }
        String words = groups.stream().map(group -> " -" + group).collect(Collectors.joining());
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s KILL --" + words)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | OutOfMemoryError e) {
            // The latter for want of a thread that waits for it.
            log.warn(
                    "no process can be made to kill whole groups; their processes are killed one by one: {}",
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The kernel tells nobody of the end of a process that is not his child.
    private static Duration rest(Duration pause) {
        LockSupport.parkNanos(pause.toNanos());
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
