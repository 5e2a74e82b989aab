package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Setup;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.KeepAlive;
import io.qcmd.transport.RSocketLink;
import io.qcmd.transport.Sockets;
import io.qcmd.transport.Violations;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** An agent put together: data directory, journal, runner, core, connection. The one place that names them all. */
final class LiveAgent implements AutoCloseable {
    /** Running commands may end by themselves for this long when the agent is stopped. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Then they are killed, and their ends have this long to reach the journal. */
    private static final Duration LAST_ENDS = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(LiveAgent.class);

    private final Journal journal;
    private final Containment containment;
    private final Runner runner;
    private final Agent core;
    private final BusLink link;
    private final Scheduler scheduler = Schedulers.newSingle("qcmd-agent", true);
    private final Disposable.Swap connection = Disposables.swap();

    /**
     * Takes up what an earlier life left; blocks until that is journaled.
     *
     * @param broken the disk of the journal cannot be trusted any more: the process must end at once, without {@link #close}
     * @throws IOException the data directory cannot be used, or another agent uses it
     */
    LiveAgent(AgentSettings settings, String version, Consumer<IOException> broken) throws IOException {
        AgentHome home = AgentHome.open(settings.data());
        // First of all: its lock keeps a second agent from the commands of this one.
        journal = FileJournal.open(home.path(), () -> UUID.randomUUID().toString(), broken);
        containment = Containment.choose(settings, home.instance());
        Identity identity = new Identity(
                Facts.bootId(), home.instance(), version, settings.labels(), Facts.ofThisHost(containment));
        runner = new Runner(runnerSettings(settings), home.jobs(), containment, Schedulers.parallel());
        core = new Agent(identity, sessionSettings(settings), journal, runner, scheduler);
        Backoff backoff = new Backoff(settings.reconnectFirst(), settings.reconnectLongest(), new SecureRandom());
        link = new BusLink(core, bus(settings, version), backoff, Schedulers.parallel());
        takeUp();
        Set<JobId> known = journal.unsettled().stream().map(Journal.Entry::job).collect(Collectors.toSet());
        if (runner.sweep(known) > 0) {
            log.error("commands were run that the journal does not know: it has lost records, and begins a new epoch");
            journal.renew().toCompletableFuture().join();
        }
        containment.sweep();
    }

    private void takeUp() throws IOException {
        try {
            core.start().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IOException("what an earlier life left cannot be taken up: " + e.getCause(), e);
        }
    }

    /** Keeps it connected; cold, never ends by itself. */
    Mono<Void> sessions() {
        return link.sessions().doOnSubscribe(subscription -> connection.update(subscription::cancel));
    }

    /** Takes no more work, lets commands end for a moment, kills the rest, journals how, and lets go of the directory. Blocks up to about 12 s. */
    @Override
    public void close() {
        CompletionStage<Void> drained = core.drain();
        if (!isDoneWithin(drained, PATIENCE)) {
            runner.close();
            if (!isDoneWithin(drained, LAST_ENDS)) {
                log.warn("not all ends are journaled; the next start finds them INTERRUPTED");
            }
        }
        connection.dispose();
        runner.close();
        containment.close();
        journal.close();
        scheduler.dispose();
    }

    private static boolean isDoneWithin(CompletionStage<Void> stage, Duration patience) {
        try {
            stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new CompletionException(e);
        }
    }

    private static RunnerSettings runnerSettings(AgentSettings settings) {
        Map<String, String> environment =
                RunnerSettings.defaults(settings.minion()).environment();
        return new RunnerSettings(
                settings.slots(),
                settings.killGrace(),
                settings.drain(),
                settings.outputStdout(),
                settings.outputStderr(),
                settings.diskReserve(),
                environment);
    }

    private static SessionSettings sessionSettings(AgentSettings settings) {
        return new SessionSettings(
                settings.ackTimeout(),
                SessionSettings.DEFAULT.outputDelay(),
                settings.healthInterval(),
                settings.unsettledEntries(),
                settings.spoolBytes());
    }

    private static RSocketLink bus(AgentSettings settings, String version) {
        return new RSocketLink(
                Sockets.client(settings.bus().host(), settings.bus().port()),
                GuardRules.busAtAgent(),
                Setup.agent(settings.minion(), version),
                Encoding.CBOR,
                new KeepAlive(settings.keepAliveInterval(), settings.keepAliveLifetime()),
                new Violations(Schedulers.parallel()),
                Schedulers.parallel());
    }
}
