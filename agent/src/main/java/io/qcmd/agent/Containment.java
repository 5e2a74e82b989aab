package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What holds the processes of one command together, so that none gets away: chosen once, at the start of an agent. Thread-safe. */
interface Containment extends AutoCloseable {
    /** Cgroups where this host lets the agent have them, else process groups. Blocks for a moment. */
    static Containment choose(AgentSettings settings, String instance) {
        Containment chosen = choose(settings.cgroup(), CellLimits.of(settings), instance);
        Logger log = LoggerFactory.getLogger(Containment.class);
        log.info("commands are held by {}", chosen.described());
        return chosen;
    }

    private static Containment choose(AgentSettings.Cgroup wanted, CellLimits limits, String instance) {
        if (wanted == AgentSettings.Cgroup.OFF) {
            return new ProcessGroups("cgroup is off");
        }
        try {
            return Cgroups.below(OwnCgroup.find(Path.of("/proc/self")), instance, limits);
        } catch (IOException e) {
            return new ProcessGroups(String.valueOf(e.getMessage()));
        }
    }

    /** What is in force, for people: the fact {@code containment}. */
    String described();

    /**
     * A cell for a command that starts now. An error: there is none, and nothing may be executed.
     *
     * @param daemons whether what outlives the main process may stay in it
     */
    Cell open(JobId job, boolean daemons) throws IOException;

    /** The cell that a former agent made for a command; {@link Cell#NONE} without one. */
    Cell leftBy(JobId job);

    /** At the start of an agent: kills and removes what a former one left, apart from daemons that may stay. Blocks, up to 2 s per cell. */
    void sweep();

    /** Removes what it made for itself. No command runs any more. */
    @Override
    void close();

    /** The place of one command. */
    interface Cell extends AutoCloseable {
        /** No place: nothing is known by it. */
        Cell NONE = new Cell() {
            @Override
            public Optional<Path> door() {
                return Optional.empty();
            }

            @Override
            public Set<Long> pids() {
                return Set.of();
            }

            @Override
            public boolean kill() {
                return false;
            }

            @Override
            public boolean sawOutOfMemory() {
                return false;
            }

            @Override
            public void close() {}
        };

        /** A process that writes {@code 0} into this file is inside, with all that it starts from then on. */
        Optional<Path> door();

        /** Who is inside now, zombies left out. An error says nothing of who is. */
        Set<Long> pids() throws IOException;

        /** KILL to all inside at once; who is being forked does not get away. False: that is not to be had here. */
        boolean kill();

        /** Whether the kernel killed somebody inside for want of memory. */
        boolean sawOutOfMemory();

        /** Removes it, unless somebody is still inside. Blocks up to 1 s. */
        @Override
        void close();
    }
}
