package io.qcmd.bus.topic;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.qcmd.bus.topic.ChannelModel.Target;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random walks over the verbs of a Channel; after each step it must look as {@link ChannelModel} does. */
class ChannelModelTest {
    /** Seeds that once found a difference; they run always. */
    private static final long[] REGRESSIONS = {22, 1632188960730013179L};

    private static final int WALKS = 3_000;
    private static final int STEPS = 60;

    @Test
    void behavesAsTheModel_onSeedsThatFoundADifference() {
        LongStream.of(REGRESSIONS).forEach(seed -> walk(seed, false));
    }

    @Test
    void behavesAsTheModel_onFreshSeeds() {
        new Random().longs(WALKS).forEach(seed -> walk(seed, true));
    }

    @Test
    void reachesEveryState_soThatTheWalksAreWorthTheirTime() {
        Map<TargetState, Integer> reached = new HashMap<>();
        List<String> seen = new ArrayList<>();
        for (long seed = 0; seed < 50; seed++) {
            Walk walk = walk(seed, true);
            walk.model.targets.values().forEach(target -> reached.merge(target.state, 1, Integer::sum));
            seen.addAll(walk.model.seen);
        }
        assertThat(reached)
                .containsOnlyKeys(
                        TargetState.ACCEPTED,
                        TargetState.LOST,
                        TargetState.EXPIRED,
                        TargetState.DROPPED,
                        TargetState.REJECTED,
                        TargetState.CANCELLED);
        for (String what : List.of("emit", "GO", "VOID", "complete", "close")) {
            assertThat(seen).anyMatch(event -> event.startsWith(what));
        }
    }

    private static Walk walk(long seed, boolean pauses) {
        Walk walk = new Walk(seed);
        Random more = new Random(~seed);
        for (int i = 0; i < STEPS; i++) {
            // Beside the dice of the walk, so that an old seed still means the old steps.
            if (pauses && more.nextInt(10) == 0) {
                walk.pause(more.nextInt(4) == 0);
            }
            walk.step();
        }
        walk.drain();
        return walk;
    }

    /** One Channel and one model, led through the same steps. */
    private static final class Walk {
        private final long seed;
        private final Random random;
        private final List<String> steps = new ArrayList<>();

        private final ChannelModel model = new ChannelModel();
        private final SetClock clock = new SetClock();
        private final TableOfFates fates = new TableOfFates();
        private final Topic topic = new Topic(
                new MinionId("web-1"),
                new ChannelSettings(ChannelModel.CAPACITY, Duration.ofMillis(ChannelModel.ACK_TIMEOUT), clock),
                fates);
        private final Channel channel = topic.channel();
        private final Map<Long, Envelope> envelopes = new HashMap<>();
        private final List<FakeSession> sessions = new ArrayList<>();
        private final List<String> seen = new ArrayList<>();

        Walk(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void step() {
            int dice = random.nextInt(100);
            if (dice < 25) {
                put();
            } else if (dice < 35) {
                connect(random.nextInt(3), random.nextInt(4) == 0);
            } else if (dice < 45) {
                request(anySession(), 1 + random.nextInt(2));
            } else if (dice < 57) {
                ready(anySession(), anyAnswered());
            } else if (dice < 61) {
                refuse(anySession(), anyAnswered());
            } else if (dice < 71) {
                advance(random.nextInt(12));
            } else if (dice < 80) {
                sweep();
            } else if (dice < 85) {
                cancel(any(target -> true));
            } else if (dice < 91) {
                disconnect(anySession());
            } else if (dice < 94) {
                endElsewhere(any(target -> !target.state.isFinal()));
            } else {
                requeue(any(target -> target.state == TargetState.ACCEPTED || target.state == TargetState.LOST));
            }
        }

        void pause(boolean on) {
            steps.add(on ? "pause" : "resume");
            model.pause(on);
            if (on) {
                channel.pause();
            } else {
                channel.resume();
            }
            compare();
        }

        /** Says READY to all that is left: so the queue's content and order are compared, too. */
        void drain() {
            pause(false);
            connect(1, true);
            for (Target slot = model.slot(); slot != null; slot = model.slot()) {
                ready(sessions.size(), slot.order);
            }
            assertThat(fates.all().values())
                    .as("each message has one end or got GO; seed %d", seed)
                    .doesNotContain(TargetState.QUEUED, TargetState.OFFERED);
            assertThat(channel.queued()).isZero();
            assertThat(channel.slot()).isNull();
        }

        private void put() {
            // Publishers may overtake each other: an odd number was accepted before the even one that is there already.
            long order = 2L * (envelopes.size() + 2) - (random.nextInt(5) == 0 ? 3 : 0);
            long expiresAt = clock.millis() + random.nextInt(60);
            steps.add("put " + order + ", expires at " + expiresAt);
            fates.set(job(order), TargetState.QUEUED);
            envelopes.put(order, new Envelope(job(order), Bytes.EMPTY, order, expiresAt));
            topic.put(envelope(order));
            topic.channel().offerNow();
            model.put(order, expiresAt);
            compare();
        }

        private void connect(int demand, boolean eager) {
            int session = sessions.size() + 1;
            steps.add("connect " + session + " asking for " + demand + (eager ? ", again in onNext" : ""));
            FakeSession fresh = new FakeSession(demand);
            sessions.add(fresh);
            fresh.whenTold(control -> seen.add(told(control) + " to " + session))
                    .whenClosed(() -> seen.add("close " + session))
                    .whenCompleted(() -> seen.add("complete " + session))
                    .whenEmitted(envelope -> {
                        seen.add("emit " + envelope.order() + " to " + session);
                        if (eager) {
                            fresh.request(1);
                        }
                    })
                    .connectTo(channel);
            model.connect(session, eager);
            model.request(session, demand);
            compare();
        }

        private void request(int session, int n) {
            if (session > 0) {
                steps.add("request " + n + " by " + session);
                sessions.get(session - 1).request(n);
                model.request(session, n);
                compare();
            }
        }

        private void ready(int session, long order) {
            if (session > 0) {
                steps.add("READY " + order + " by " + session);
                channel.permit(job(order), sessions.get(session - 1));
                model.ready(session, order);
                compare();
            }
        }

        private void refuse(int session, long order) {
            if (session > 0) {
                steps.add("REFUSED " + order + " by " + session);
                channel.refuse(job(order), sessions.get(session - 1), "policy");
                model.refused(session, order);
                compare();
            }
        }

        private void advance(int millis) {
            steps.add("advance " + millis);
            clock.advance(Duration.ofMillis(millis));
            model.now += millis;
        }

        private void sweep() {
            steps.add("sweep");
            channel.expire();
            model.sweep();
            compare();
        }

        private void cancel(long order) {
            steps.add("cancel " + order);
            channel.cancel(job(order), () -> {});
            model.cancel(order);
            compare();
        }

        private void disconnect(int session) {
            if (session > 0) {
                steps.add("disconnect " + session);
                sessions.get(session - 1).cancel();
                model.disconnect(session);
                compare();
            }
        }

        private void endElsewhere(long order) {
            if (order > 0) {
                TargetState end =
                        fates.of(job(order)) == TargetState.ACCEPTED ? TargetState.LOST : TargetState.CANCELLED;
                steps.add(end + " " + order + ", not by the Channel");
                fates.set(job(order), end);
                model.endElsewhere(order, end);
            }
        }

        private void requeue(long order) {
            if (order > 0) {
                steps.add("requeue " + order);
                channel.requeue(envelope(order), () -> true);
                model.requeue(order);
                compare();
            }
        }

        /** Mostly the newest. */
        private int anySession() {
            return sessions.isEmpty() || random.nextInt(5) > 0 ? sessions.size() : 1 + random.nextInt(sessions.size());
        }

        /** Mostly the slot. */
        private long anyAnswered() {
            Target slot = model.slot();
            return slot == null || random.nextInt(5) == 0 ? any(target -> true) : slot.order;
        }

        private long any(Predicate<Target> which) {
            List<Target> some = model.targets.values().stream().filter(which).toList();
            return some.isEmpty() ? 0 : some.get(random.nextInt(some.size())).order;
        }

        private void compare() {
            Target slot = model.slot();
            boolean same = seen.equals(model.seen)
                    && channel.queued() == model.queue().size()
                    && Objects.equals(channel.slot(), slot == null ? null : job(slot.order))
                    && channel.dropped() == model.dropped
                    && channel.expired() == model.expired
                    && model.targets.values().stream().allMatch(target -> fates.of(job(target.order)) == target.state);
            if (!same) {
                fail(
                        "seed %d, after%n  %s%n%nthe Channel shows%s%n%nthe model%s",
                        seed, lines(steps), channelText(), modelText());
            }
        }

        private String channelText() {
            JobId slot = channel.slot();
            return text(
                    seen,
                    channel.queued(),
                    slot == null ? 0 : slot.low(),
                    channel.dropped(),
                    channel.expired(),
                    fates::of);
        }

        private String modelText() {
            Target slot = model.slot();
            return text(
                    model.seen,
                    model.queue().size(),
                    slot == null ? 0 : slot.order,
                    model.dropped,
                    model.expired,
                    job -> requireNonNull(model.targets.get(job.low())).state);
        }

        private String text(
                List<String> events,
                int queued,
                long slot,
                long dropped,
                long expired,
                Function<JobId, TargetState> state) {
            String counts =
                    String.format("%n  queued %d, slot %d, dropped %d, expired %d", queued, slot, dropped, expired);
            List<String> states = model.targets.keySet().stream()
                    .map(order -> order + " " + state.apply(job(order)))
                    .toList();
            return String.format("%s%n  %s%n  %s", counts, lines(events), lines(states));
        }

        private String told(Control control) {
            if (control instanceof Control.Go go) {
                boolean inTime = clock.millis() < envelope(go.job().low()).expiresAt();
                return "GO " + go.job().low() + (inTime ? "" : " out of time, " + fates.of(go.job()));
            }
            return "VOID " + ((Control.Voided) control).job().low();
        }

        private Envelope envelope(long order) {
            return requireNonNull(envelopes.get(order));
        }

        private static String lines(List<String> all) {
            return String.join(System.lineSeparator() + "  ", all);
        }
    }

    private static JobId job(long order) {
        return new JobId(0, order);
    }
}
