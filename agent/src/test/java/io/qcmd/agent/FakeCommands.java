package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs nothing: the test says what becomes of each command. */
final class FakeCommands implements Commands {
    final List<JobId> started = new ArrayList<>();
    final List<JobId> cancelled = new ArrayList<>();
    /** How long each cancel left the command, null: its own time. */
    final List<@Nullable Duration> graces = new ArrayList<>();

    final List<JobId> discarded = new ArrayList<>();
    final List<String> leftovers = new ArrayList<>();
    int slots = 4;
    long clock = 1_000;
    /** Negative: they cannot be killed. */
    int leftoversPerJob;
    /** No spool can be read now. */
    boolean unreadable;
    /** How often one was asked for nevertheless. */
    int looks;

    @Nullable
    String refusal;

    /** Bytes of each stdout that came after the disk was full. */
    long unkept;

    private final Map<JobId, Events> running = new HashMap<>();
    private final Map<JobId, FakeSpool> spools = new HashMap<>();

    @Override
    public int freeSlots() {
        return slots - running.size();
    }

    @Override
    public Report.Health health() {
        return new Report.Health(clock, 1 << 30, 1 << 20, slots, freeSlots(), 125);
    }

    @Override
    public Optional<String> refusal(Command command) {
        return Optional.ofNullable(refusal);
    }

    @Override
    public Running run(Message message, Events events) {
        started.add(message.job());
        running.put(message.job(), events);
        spools.put(message.job(), new FakeSpool());
        events.spawned(message.job(), 100 + started.size(), 5);
        return killAfter -> {
            cancelled.add(message.job());
            graces.add(killAfter);
        };
    }

    @Override
    public Optional<? extends Spool> spool(JobId job) throws IOException {
        look();
        return Optional.ofNullable(spools.get(job));
    }

    @Override
    public void discard(JobId job) {
        discarded.add(job);
        spools.remove(job);
    }

    @Override
    public int killLeftovers(JobId job, long pid, long startTicks) {
        if (leftoversPerJob < 0) {
            throw new IllegalStateException("a failure of our own");
        }
        leftovers.add(job.shortForm() + " " + pid + " " + startTicks);
        return leftoversPerJob;
    }

    /** The command writes to stdout. */
    void writes(JobId job, byte[] bytes) {
        FakeSpool spool = spools.computeIfAbsent(job, any -> new FakeSpool());
        spool.stdout.writeBytes(bytes);
        Events events = running.get(job);
        if (events != null) {
            events.output(job, Output.Stream.STDOUT);
        }
    }

    void exits(JobId job, int code) {
        Events events = running.remove(job);
        if (events == null) {
            throw new AssertionError(job + " does not run");
        }
        events.ended(result(job, code));
    }

    Return result(JobId job, int code) {
        FakeSpool spool = spools.computeIfAbsent(job, any -> new FakeSpool());
        return new Return(
                job,
                code == 0 ? TargetState.SUCCEEDED : TargetState.FAILED,
                code,
                1,
                spool.captured(Output.Stream.STDOUT),
                Return.Captured.NONE,
                0,
                null);
    }

    private void look() throws IOException {
        if (unreadable) {
            looks++;
            throw new IOException("Too many open files");
        }
    }

    private final class FakeSpool implements Spool {
        private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

        @Override
        public Optional<Output> next(JobId job, Output.Stream stream, long offset, int maxBytes) throws IOException {
            look();
            byte[] all = stream == Output.Stream.STDOUT ? stdout.toByteArray() : new byte[0];
            int to = (int) Math.min(all.length, offset + Math.min(maxBytes, Limits.CHUNK));
            return offset >= to
                    ? Optional.empty()
                    : Optional.of(new Output(job, stream, offset, Bytes.copyOf(all, (int) offset, to)));
        }

        @Override
        public Return.Captured captured(Output.Stream stream) {
            int size = stream == Output.Stream.STDOUT ? stdout.size() : 0;
            return new Return.Captured(
                    stream == Output.Stream.STDOUT ? size + unkept : 0,
                    size,
                    size == 0 ? Bytes.EMPTY : Bytes.wrap(new byte[32]));
        }
    }
}
