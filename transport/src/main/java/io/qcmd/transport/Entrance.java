package io.qcmd.transport;

import io.qcmd.protocol.QcmdException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What all doors of a process have in common: how fast connections may come, how many from one address, how many may be on their way to become a session, and how many
 * SETUPs are answered at a time. It is decided at accept, before a byte is read, and costs a refused peer one frame. Who comes over a Unix socket was let in by the
 * mode of its file: a person who wants to see what is wrong with a busy bus is not sent away. Thread-safe: one lock, held for a few instructions.
 */
public final class Entrance {
    /**
     * The limits.
     *
     * @param perAddress connections from one address (IPv6: one /64) of another host
     * @param perSecond connections over TCP, up to one second's worth at once
     * @param unfinished connections whose SETUP was not answered yet
     * @param handshakes SETUPs that are answered at a time; the others wait
     * @param firstFrame how long a connection may be silent, and how long a SETUP may wait for its turn
     * @param lag standing lag of the event loops, from which on nobody comes in over TCP
     */
    public record Limits(
            int perAddress, int perSecond, int unfinished, int handshakes, Duration firstFrame, Duration lag) {
        /** The hard maxima. */
        public static final Limits MOST =
                new Limits(100_000, 5_000, 2_000, 1_024, Duration.ofSeconds(5), Duration.ofMinutes(1));

        public Limits {
            if (perAddress < 1 || perSecond < 1 || unfinished < 1 || handshakes < 1) {
                throw new IllegalArgumentException("entrance: room for one at least");
            }
        }
    }

    /** Who has been silent for this part of {@code firstFrame} makes room for a newcomer. */
    private static final int PATIENCE = 5;

    private final Limits limits;
    private final int room;
    private final EventLoopLag lag;
    private final Scheduler clock;
    private final Turnstile turnstile;
    private final Pace pace;

    // Guarded by this.
    private final Map<Object, Integer> addresses = new HashMap<>();
    /** Connections that have said nothing, the oldest first. */
    private final Set<Visit> silent = new LinkedHashSet<>();

    private int connected;
    private int unfinished;
    private long paceState;

    public Entrance(Limits limits, EventLoopLag lag, Scheduler clock) {
        this(limits, Integer.MAX_VALUE, lag, clock);
    }

    /** @param room connections over TCP at the same time, for which this process may have open files */
    public Entrance(Limits limits, int room, EventLoopLag lag, Scheduler clock) {
        this.limits = limits;
        this.room = room;
        this.lag = lag;
        this.clock = clock;
        this.turnstile = new Turnstile(limits.handshakes(), clock);
        this.pace = new Pace(limits.perSecond(), limits.perSecond());
        this.paceState = now();
    }

    /**
     * Takes note of a connection until it {@link #left}; or says why it may not come in, and nothing was taken note of.
     *
     * @param loop the event loop of the connection
     */
    @Nullable
    Violation enter(Visit visit, Executor loop) {
        lag.watch(loop);
        boolean overloaded = visit.isRemote && lag.standing().compareTo(limits.lag()) >= 0;
        Visit stale;
        synchronized (this) {
            Violation refused = overloaded ? Violation.OVERLOADED : refusal(visit);
            if (refused != null) {
                return refused;
            }
            stale = unfinished < limits.unfinished() ? null : eldest().orElseThrow();
            if (stale != null) {
                finished(stale);
            }
            add(visit);
        }
        if (stale != null) {
            stale.makeRoom();
        }
        return null;
    }

    private @Nullable Violation refusal(Visit visit) {
        if (visit.isRemote && connected >= room) {
            return Violation.FILE_COUNT;
        }
        if (visit.address != null && addresses.getOrDefault(visit.address, 0) >= limits.perAddress()) {
            return Violation.ADDRESS_COUNT;
        }
        if (unfinished >= limits.unfinished() && eldest().isEmpty()) {
            return Violation.HANDSHAKE_COUNT;
        }
        if (visit.isRemote) {
            long next = pace.next(paceState, now());
            if (next == paceState) {
                return Violation.CONNECTION_RATE;
            }
            paceState = next;
        }
        return null;
    }

    /** The oldest connection that has said nothing for so long that it hardly ever will. */
    private Optional<Visit> eldest() {
        long before = now() - limits.firstFrame().toNanos() / PATIENCE;
        return silent.stream().findFirst().filter(visit -> visit.since - before <= 0);
    }

    private void add(Visit visit) {
        visit.since = now();
        visit.isUnfinished = true;
        unfinished++;
        silent.add(visit);
        connected += visit.isRemote ? 1 : 0;
        if (visit.address != null) {
            addresses.merge(visit.address, 1, Integer::sum);
        }
    }

    /** Answers the SETUP of a connection when it is its turn; after too long, BUSY. */
    <T> Mono<T> handshake(Visit visit, Mono<T> answer) {
        return Mono.defer(() -> {
                    spoke(visit);
                    return turnstile.pass(answer, limits.firstFrame());
                })
                .onErrorMap(TimeoutException.class, late -> busy())
                .doFinally(end -> finished(visit));
    }

    private static QcmdException busy() {
        return QcmdException.busy(
                "bus: too many connections want in, and this one waited for too long", Duration.ofSeconds(1));
    }

    private synchronized void spoke(Visit visit) {
        silent.remove(visit);
    }

    private synchronized void finished(Visit visit) {
        silent.remove(visit);
        if (visit.isUnfinished) {
            visit.isUnfinished = false;
            unfinished--;
        }
    }

    /** The connection is gone. */
    synchronized void left(Visit visit) {
        finished(visit);
        connected -= visit.isRemote ? 1 : 0;
        if (visit.address != null) {
            addresses.computeIfPresent(visit.address, (key, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Connections that are on their way to become a session. */
    synchronized int unfinished() {
        return unfinished;
    }

    private long now() {
        return clock.now(TimeUnit.NANOSECONDS);
    }

    /** One connection. */
    static final class Visit {
        /** What it is counted under; null: not counted, it comes from this host. */
        private final @Nullable Object address;

        private final boolean isRemote;
        private volatile @Nullable FrameGuard guard;
        // Guarded by the entrance.
        private long since;
        private boolean isUnfinished;

        Visit(SocketAddress peer) {
            this.isRemote = peer instanceof InetSocketAddress;
            this.address = peer instanceof InetSocketAddress tcp
                            && tcp.getAddress() != null
                            && !tcp.getAddress().isLoopbackAddress()
                    ? key(tcp.getAddress())
                    : null;
        }

        void guardedBy(FrameGuard itsGuard) {
            guard = itsGuard;
        }

        /** A host with IPv6 has a /64 for itself. */
        private static Object key(InetAddress address) {
            return address instanceof Inet6Address
                    ? ByteBuffer.wrap(address.getAddress()).getLong()
                    : address;
        }

        private void makeRoom() {
            FrameGuard closed = guard;
            if (closed != null) {
                closed.close(Violation.SETUP_LATE);
            }
        }
    }
}
