package io.qcmd.agent;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs nothing: every command succeeds at once, without output. */
final class NoCommands implements Commands {
    private static final int SLOTS = 4;
    private static final long DISK_FREE = 1L << 30;

    private final Sinks.Empty<Void> asked = Sinks.empty();
    private boolean wasAsked;

    /** Completes when the core has looked for a free slot for the first time, which it does when HELLO was answered: from then on there may be work. */
    Mono<Void> asked() {
        return asked.asMono();
    }

    @Override
    public int freeSlots() {
        if (!wasAsked) {
            wasAsked = true;
            asked.tryEmitEmpty().orThrow();
        }
        return SLOTS;
    }

    @Override
    public Report.Health health() {
        return new Report.Health(System.currentTimeMillis(), DISK_FREE, 0, SLOTS, SLOTS, 0);
    }

    @Override
    public Optional<String> refusal(Command command) {
        return Optional.empty();
    }

    @Override
    public Running run(Message message, Events events) {
        events.ended(new Return(
                message.job(), TargetState.SUCCEEDED, 0, 0, Return.Captured.NONE, Return.Captured.NONE, 0, null));
        return () -> {};
    }

    @Override
    public Optional<Spool> spool(JobId job) {
        return Optional.empty();
    }

    @Override
    public void discard(JobId job) {}

    @Override
    public int killLeftovers(JobId job, long pid, long startTicks) {
        return 0;
    }
}
