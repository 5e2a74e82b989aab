package io.qcmd.agent;

import io.qcmd.protocol.Hello;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * The core of an agent: what it has started, and the one session in which it talks about it. A target that got GO is a {@link Task} from the moment it is handed
 * to the journal until the bus has settled it, over any number of sessions and over restarts.
 *
 * <p>Plain state with one owner: all of it runs in turns on one worker of the given scheduler, which also gives the time; so it runs on virtual time as well.
 * Thread-safe where it says so: those methods ask for a turn and return.
 */
final class Agent {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);

    private final Identity identity;
    private final SessionSettings settings;
    private final Journal journal;
    private final Commands commands;
    private final Scheduler scheduler;
    private final Scheduler.Worker owner;
    private final Tasks tasks;
    private final List<CompletableFuture<Void>> rest = new ArrayList<>(1);
    private @Nullable Session session;
    private boolean draining;
    /** What a turn asks for itself is part of it, and goes out in its frames. */
    private final Queue<Runnable> asked = new ArrayDeque<>(4);
    /** The thread within a turn. */
    private volatile @Nullable Thread inside;

    Agent(Identity identity, SessionSettings settings, Journal journal, Commands commands, Scheduler scheduler) {
        this.identity = identity;
        this.settings = settings;
        this.journal = journal;
        this.commands = commands;
        this.scheduler = scheduler;
        this.owner = scheduler.createWorker();
        this.tasks = new Tasks(this, identity.bootId(), journal, commands);
    }

    /**
     * Takes up what an earlier life left: what was started and has no end is killed, if anything of it still lives, and INTERRUPTED; it is never run again.
     * Completes when that is journaled; no session may be opened before. Failed: it cannot be taken up, and the agent must end. Any thread, once.
     */
    CompletionStage<Void> start() {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        turn(() -> {
            try {
                journal.unsettled().forEach(tasks::takeUp);
            } catch (RuntimeException e) {
                taken.completeExceptionally(e);
                throw e;
            }
            rest.add(taken);
            rested();
        });
        return taken;
    }

    /** A fresh session on a connection; an older one has ended. HELLO goes out once no journal write of a start is under way. Any thread. */
    Session connected(Link link) {
        Session fresh = new Session(this, link);
        turn(() -> {
            if (session != null) {
                session.close("a newer connection is there");
            }
            session = fresh;
            rested();
        });
        return fresh;
    }

    /** Asks for no more work; completes when no command runs and all results are journaled. Any thread. */
    CompletionStage<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        turn(() -> {
            draining = true;
            rest.add(drained);
            rested();
        });
        return drained;
    }

    /** The bus knows of records that this journal does not have: what it says of their jobs proves nothing, so it begins a new life. Any thread. */
    void outdated() {
        log.error("the disk of this agent is an older copy of itself; its journal begins a new epoch");
        journal.renew().whenComplete((renewed, error) -> {
            if (error != null) {
                log.error(
                        "the journal cannot begin a new epoch, and the bus will refuse this one: {}", error.toString());
            }
        });
    }

    // Turns and time.

    /** Runs something as the owner, after what was asked for before; what it says goes out in as few frames as possible. Any thread. */
    void turn(Runnable body) {
        if (inside == Thread.currentThread()) {
            asked.add(body);
        } else {
            owner.schedule(() -> inTurn(body));
        }
    }

    Disposable after(Duration delay, Runnable body) {
        return owner.schedule(() -> inTurn(body), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Monotonic. */
    long now() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    private void inTurn(Runnable body) {
        inside = Thread.currentThread();
        try {
            for (Runnable next = body; next != null; next = asked.poll()) {
                runSafely(next);
            }
        } finally {
            inside = null;
        }
        tell(Session::flush);
    }

    private void runSafely(Runnable body) {
        try {
            body.run();
        } catch (RuntimeException e) {
            // What the session believes may be wrong now; a new one begins with HELLO, from the journal.
            log.error("a turn of the agent failed; the connection starts anew", e);
            tell(over -> over.close("internal error"));
        }
    }

    // What a session asks. All within turns.

    SessionSettings settings() {
        return settings;
    }

    Commands commands() {
        return commands;
    }

    /** HELLO, in pages: one at least, all of one life of the journal. */
    List<Hello> hello() {
        String epoch = journal.epoch();
        long records = journal.records();
        List<Hello.Entry> entries = journal.unsettled().stream()
                .map(entry -> new Hello.Entry(entry.job(), entry.result() != null))
                .toList();
        List<Hello> pages = new ArrayList<>(1);
        int from = 0;
        do {
            int to = Math.min(entries.size(), from + Limits.HELLO_PAGE);
            pages.add(identity.hello(epoch, records, entries.subList(from, to), to == entries.size()));
            from = to;
        } while (from < entries.size());
        return pages;
    }

    /** See {@link Journal#records}. */
    long journaled() {
        return journal.records();
    }

    Tasks tasks() {
        return tasks;
    }

    /** Whether one more command could run now, and its result be kept. */
    boolean hasRoom() {
        return !draining
                && commands.freeSlots() > tasks.starting()
                && tasks.size() < settings.unsettledEntries()
                && tasks.kept() < settings.unsettledBytes();
    }

    Optional<String> refusal(Message message) {
        return commands.refusal(message.command());
    }

    boolean isDraining() {
        return draining;
    }

    void ended(Session over) {
        if (session == over) {
            session = null;
        }
    }

    // What the tasks say. All within turns.

    /** To the session, if there is one. */
    void tell(Consumer<Session> said) {
        if (session != null) {
            said.accept(session);
        }
    }

    /** A write of the journal is through. */
    void rested() {
        if (tasks.starting() == 0) {
            tell(Session::greet);
        }
        if (tasks.areDone()) {
            rest.forEach(promise -> promise.complete(null));
            rest.clear();
        }
    }
}
