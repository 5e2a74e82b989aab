package io.qcmd.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Real threads on one Channel: publishers, sessions that come and go, cancels, the sweep, proofs of "never started". */
class ChannelStressTest {
    private static final int LEAST_MESSAGES = 60_000;
    /** A machine on which some end is still unseen after as many is broken, or the Channel is. */
    private static final int MOST_MESSAGES = 6_000_000;

    private static final Set<TargetState> ENDS = Set.of(
            TargetState.ACCEPTED,
            TargetState.REJECTED,
            TargetState.CANCELLED,
            TargetState.EXPIRED,
            TargetState.DROPPED);
    private static final int CAPACITY = 8;

    private final SetClock clock = new SetClock();
    private final TableOfFates fates = new TableOfFates();
    private final Topic topic =
            new Topic(new MinionId("web-1"), new ChannelSettings(CAPACITY, Duration.ofMillis(20), clock), fates);
    private final Channel channel = topic.channel();

    private final AtomicLong accepted = new AtomicLong();
    private final Map<JobId, Envelope> envelopes = new ConcurrentHashMap<>();
    private final Queue<JobId> gone = new ConcurrentLinkedQueue<>();
    private volatile boolean everyEndWasSeen;
    // A failed assertion within a turn would be caught there; hence a list.
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @Test
    void givesEachMessageOneEnd_whateverTheThreadsDo() throws Exception {
        runAll(List.of(
                this::publish,
                this::publish,
                this::comeAndGo,
                this::comeAndGo,
                this::cancel,
                this::sweep,
                this::requeue));

        assertThat(violations).isEmpty();
        assertThat(count(TargetState.QUEUED)).isEqualTo(channel.queued());
        // The slot may hold a message whose target has ended: the agent owes its answer all the same.
        assertThat(fates.all().entrySet().stream()
                        .filter(fate -> fate.getValue() == TargetState.OFFERED)
                        .map(Map.Entry::getKey))
                .isSubsetOf(Optional.ofNullable(channel.slot()).stream().toList());
        assertThat(count(TargetState.DROPPED)).isEqualTo(channel.dropped());
        assertThat(count(TargetState.EXPIRED)).isEqualTo(channel.expired());
        assertThat(fates.all()).hasSize(envelopes.size());
        assertThat(fates.all().values()).containsAll(ENDS);

        Session last = new Session(new Random());
        last.connect();
        last.asked.set(Integer.MAX_VALUE);
        last.session.request(Long.MAX_VALUE);
        while (channel.slot() != null) {
            channel.permit(channel.slot(), last.session);
        }
        assertThat(count(TargetState.QUEUED) + count(TargetState.OFFERED)).isZero();
        assertThat(violations).isEmpty();
    }

    private void publish(Random random) {
        while (isPublishing()) {
            long order = accepted.incrementAndGet();
            while (channel.queued() >= CAPACITY && random.nextInt(100) > 0) {
                Thread.yield();
            }
            JobId job = new JobId(0, order);
            Envelope envelope = new Envelope(job, Bytes.EMPTY, order, clock.millis() + random.nextInt(10));
            fates.set(job, TargetState.QUEUED);
            envelopes.put(job, envelope);
            topic.put(envelope);
            topic.channel().offerNow();
            if (order % LEAST_MESSAGES == 0 && fates.all().values().containsAll(ENDS)) {
                everyEndWasSeen = true;
            }
        }
    }

    private void comeAndGo(Random random) {
        Session session = new Session(random);
        session.connect();
        while (isPublishing()) {
            switch (random.nextInt(40)) {
                case 0 -> {
                    session.session.cancel();
                    session = new Session(random);
                    session.connect();
                }
                case 1 -> { // the connection breaks unseen: the newer stream supersedes it
                    session = new Session(random);
                    session.connect();
                }
                case 2, 3, 4 -> session.answer(true);
                default -> session.answer(false);
            }
        }
    }

    private void cancel(Random random) {
        while (isPublishing()) {
            channel.cancel(new JobId(0, Math.max(1, accepted.get() - random.nextInt(2 * CAPACITY))), () -> {});
            Thread.yield();
        }
    }

    private void sweep(Random random) {
        while (isPublishing()) {
            clock.advance(Duration.ofMillis(1));
            channel.expire();
            for (int i = random.nextInt(50); i > 0; i--) {
                Thread.yield();
            }
        }
    }

    private void requeue(Random random) {
        while (isPublishing()) {
            JobId job = gone.poll();
            if (job != null && random.nextInt(4) == 0) {
                Envelope envelope = envelopes.get(job);
                if (envelope != null) {
                    channel.requeue(envelope, () -> true);
                }
            }
            Thread.yield();
        }
    }

    /** Which thread runs how much is the machine's choice: it goes on until each end was seen. */
    private boolean isPublishing() {
        return !everyEndWasSeen && accepted.get() < MOST_MESSAGES;
    }

    private long count(TargetState state) {
        return fates.all().values().stream().filter(state::equals).count();
    }

    private void runAll(Collection<Consumer<Random>> roles) throws Exception {
        CyclicBarrier start = new CyclicBarrier(roles.size());
        List<Thread> threads = new ArrayList<>();
        for (Consumer<Random> role : roles) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    role.accept(new Random());
                } catch (Exception e) {
                    violations.add(e.toString());
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** An agent: asks for one message at a time, and answers it on its own thread. */
    private final class Session {
        private final Random random;
        private final AtomicInteger asked = new AtomicInteger(1);
        private final Queue<JobId> owed = new ConcurrentLinkedQueue<>();
        private final FakeSession session = new FakeSession(1);

        Session(Random random) {
            this.random = random;
        }

        void connect() {
            session.whenEmitted(this::emitted).whenTold(this::told).connectTo(channel);
        }

        void answer(boolean refuse) {
            JobId job = owed.poll();
            if (job == null) {
                Thread.yield();
                return;
            }
            if (refuse) {
                channel.refuse(job, session, "policy");
            } else {
                channel.permit(job, session);
            }
            asked.incrementAndGet();
            session.request(1);
            if (random.nextInt(10) == 0) {
                channel.permit(job, session);
            }
        }

        private void emitted(Envelope envelope) {
            owed.add(envelope.job());
            if (channel.slot() != null) {
                violations.add(envelope.job() + " emitted while the slot is taken");
            }
            if (session.received.size() > asked.get()) {
                violations.add(envelope.job() + " emitted without demand");
            }
        }

        private void told(Control control) {
            if (control instanceof Control.Go go) {
                if (fates.of(go.job()) != TargetState.ACCEPTED) {
                    violations.add("GO for " + go.job() + " in state " + fates.of(go.job()));
                }
                gone.add(go.job());
            }
        }
    }
}
