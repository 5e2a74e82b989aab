package io.qcmd.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** READY, the end of the TTL, a cancel and a broken link, let loose on one message at once by threads of their own: GO or an end, never both. */
@Timeout(300)
class ChannelRaceTest {
    private static final int REPEATS = 1_000;
    private static final long EXPIRES_AT = 1_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<TargetState> seen = EnumSet.noneOf(TargetState.class);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    @Tag("F56")
    void ttlThatEndsWhenReadyComes_isGoOrExpired_neverBoth() {
        for (int i = 0; i < REPEATS; i++) {
            Race race = new Race();
            race.run(race::ready, () -> race.clock.set(EXPIRES_AT), race.topic.channel()::expire);

            race.assertOneEnd(TargetState.EXPIRED);
        }
        assertThat(seen).isSubsetOf(TargetState.ACCEPTED, TargetState.EXPIRED);
    }

    @Test
    @Tag("F56")
    void ttlThatIsOverInTheMillisecondOfReady_neverGetsGo() {
        for (int i = 0; i < REPEATS; i++) {
            Race race = new Race();
            race.clock.set(EXPIRES_AT);
            race.run(race::ready, race.topic.channel()::expire);

            race.assertOneEnd(TargetState.EXPIRED);
        }
        assertThat(seen).containsOnly(TargetState.EXPIRED);
    }

    @Test
    @Tag("F47")
    void cancelThatRacesReady_isGoOrCancelled_andKnowsWhich() {
        for (int i = 0; i < REPEATS; i++) {
            Race race = new Race();
            AtomicReference<@Nullable TargetState> told = new AtomicReference<>();
            race.run(race::ready, () -> race.topic.channel().cancel(Race.JOB, () -> told.set(race.fates.of(Race.JOB))));

            race.assertOneEnd(TargetState.CANCELLED);
            assertThat(told.get()).as("in the turn of the cancel").isEqualTo(race.fates.of(Race.JOB));
        }
    }

    @Test
    @Tag("F47")
    @Tag("F56")
    void everythingAtOnce_isOneEnd() {
        Random order = new Random(7);
        for (int i = 0; i < REPEATS; i++) {
            Race race = new Race();
            List<Runnable> all = new ArrayList<>(List.of(
                    race::ready,
                    () -> race.clock.set(EXPIRES_AT),
                    race.topic.channel()::expire,
                    () -> race.topic.channel().cancel(Race.JOB, () -> {}),
                    race.session::cancel));
            Collections.shuffle(all, order);
            race.run(all.toArray(new Runnable[0]));
            // What a broken link put back is the next session's, or over.
            race.clock.set(EXPIRES_AT);
            race.topic.channel().expire();

            assertThat(race.fates.of(Race.JOB)).isIn(TargetState.ACCEPTED, TargetState.EXPIRED, TargetState.CANCELLED);
            assertThat(race.gos() == 1).isEqualTo(race.fates.of(Race.JOB) == TargetState.ACCEPTED);
        }
    }

    /** One message in the slot of one session, a moment before its TTL is over. */
    private final class Race {
        static final JobId JOB = new JobId(0, 1);

        final SetClock clock = new SetClock();
        final TableOfFates fates = new TableOfFates();
        final Topic topic =
                new Topic(new MinionId("web-1"), new ChannelSettings(8, Duration.ofSeconds(10), clock), fates);
        final FakeSession session = new FakeSession(1).connectTo(topic.channel());

        Race() {
            fates.set(JOB, TargetState.QUEUED);
            clock.set(EXPIRES_AT - 1);
            topic.put(new Envelope(JOB, Bytes.EMPTY, 1, EXPIRES_AT));
            topic.channel().offerNow();
            assertThat(fates.of(JOB)).isEqualTo(TargetState.OFFERED);
        }

        void ready() {
            topic.channel().permit(JOB, session);
        }

        long gos() {
            return session.told.stream().filter(Control.Go.class::isInstance).count();
        }

        /** All of them start together. */
        void run(Runnable... steps) {
            CyclicBarrier start = new CyclicBarrier(steps.length);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (Runnable step : steps) {
                all.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                start.await();
                            } catch (InterruptedException | BrokenBarrierException e) {
                                throw new IllegalStateException(e);
                            }
                            step.run();
                        },
                        threads));
            }
            all.forEach(CompletableFuture::join);
        }

        void assertOneEnd(TargetState otherwise) {
            TargetState end = fates.of(JOB);
            seen.add(end);
            assertThat(end).isIn(TargetState.ACCEPTED, otherwise);
            assertThat(session.told)
                    .containsExactly(
                            end == TargetState.ACCEPTED
                                    ? new Control.Go(JOB, Limits.FIRST_WINDOW)
                                    : new Control.Voided(JOB));
        }
    }
}
