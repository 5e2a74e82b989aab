package io.qcmd.bus.topic;

import static io.qcmd.protocol.TargetState.ACCEPTED;
import static io.qcmd.protocol.TargetState.CANCELLED;
import static io.qcmd.protocol.TargetState.DROPPED;
import static io.qcmd.protocol.TargetState.EXPIRED;
import static io.qcmd.protocol.TargetState.OFFERED;
import static io.qcmd.protocol.TargetState.QUEUED;
import static io.qcmd.protocol.TargetState.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;

/** The rules of the Channel, one by one. A job's number is its place in acceptance order. */
class ChannelTest {
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int CAPACITY = 3;

    private final SetClock clock = new SetClock();
    private final TableOfFates fates = new TableOfFates();
    private final Topic topic =
            new Topic(new MinionId("web-1"), new ChannelSettings(CAPACITY, ACK_TIMEOUT, clock), fates);
    private final Channel channel = topic.channel();

    @Nested
    class HandOff {
        @Test
        void emits_whenDemandCameBeforeTheMessage() {
            FakeSession session = connect(1);
            put(1);
            assertThat(session.received).containsExactly(job(1));
            assertThat(channel.slot()).isEqualTo(job(1));
            assertThat(fates.of(job(1))).isEqualTo(OFFERED);
        }

        @Test
        void emits_whenDemandComesAfterTheMessage() {
            put(1);
            FakeSession session = connect(0);
            assertThat(session.received).isEmpty();
            session.request(1);
            assertThat(session.received).containsExactly(job(1));
        }

        @Test
        void emits_whenDemandComesInOnSubscribe() {
            put(1);
            assertThat(connect(1).received).containsExactly(job(1));
        }

        @Test
        void emitsTheNext_whenDemandComesFromWithinOnNext() {
            FakeSession session = new FakeSession(1);
            session.whenEmitted(envelope -> {
                session.request(1);
                channel.permit(envelope.job(), session);
            });
            session.connectTo(channel);
            put(1, 2, 3);
            assertThat(session.received).containsExactly(job(1), job(2), job(3));
            assertThat(session.told).containsExactly(go(1), go(2), go(3));
        }

        @Test
        void emitsNothing_withoutDemand() {
            FakeSession session = connect(1);
            put(1, 2);
            channel.permit(job(1), session);
            assertThat(session.received).containsExactly(job(1));
            assertThat(fates.of(job(2))).isEqualTo(QUEUED);
            session.request(1);
            assertThat(session.received).containsExactly(job(1), job(2));
        }

        @Test
        void holdsOneMessageInTheSlot_whateverTheDemand() {
            FakeSession session = connect(100);
            put(1, 2);
            assertThat(session.received).containsExactly(job(1));
            assertThat(channel.queued()).isOne();
            channel.permit(job(1), session);
            assertThat(session.received).containsExactly(job(1), job(2));
        }

        @Test
        void handsOverInAcceptanceOrder_whenPutsOvertakeEachOther() {
            put(2, 3, 1);
            assertThat(drained()).containsExactly(job(1), job(2), job(3));
        }

        @Test
        void keepsTheMessage_whenNobodyIsConnected() {
            put(1);
            assertThat(channel.queued()).isOne();
            assertThat(channel.slot()).isNull();
            assertThat(fates.of(job(1))).isEqualTo(QUEUED);
        }

        @Test
        void keepsTheMessage_whenTheStreamIsCancelledFromWithinOnNext() {
            FakeSession session = new FakeSession(1);
            session.whenEmitted(envelope -> session.cancel()).connectTo(channel);
            put(1);
            assertThat(channel.slot()).isNull();
            assertThat(fates.of(job(1))).isEqualTo(QUEUED);
            assertThat(drained()).containsExactly(job(1));
        }

        @Test
        void givesTheSubscribersContextToTheStream() {
            List<String> seen = new ArrayList<>();
            channel.envelopes(new FakeSession(0))
                    .transformDeferredContextual((envelopes, context) -> {
                        seen.add(context.get("who"));
                        return envelopes;
                    })
                    .contextWrite(context -> context.put("who", "web-1"))
                    .subscribe(new BaseSubscriber<>() {});
            assertThat(seen).containsExactly("web-1");
        }
    }

    @Nested
    class Permit {
        @Test
        void givesGoWithTheFirstWindow_whenTheMessageIsStillWanted() {
            FakeSession session = connect(1);
            put(1);
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(new Control.Go(job(1), Limits.FIRST_WINDOW));
            assertThat(fates.of(job(1))).isEqualTo(ACCEPTED);
            assertThat(channel.slot()).isNull();
        }

        @Test
        void givesGoOnce_whenReadyIsRepeated() {
            FakeSession session = connect(1);
            put(1);
            channel.permit(job(1), session);
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(go(1), voided(1));
            assertThat(fates.of(job(1))).isEqualTo(ACCEPTED);
        }

        @Test
        void voidsAnotherJob_andKeepsTheSlot() {
            FakeSession session = connect(1);
            put(1, 2);
            channel.permit(job(2), session);
            assertThat(session.told).containsExactly(voided(2));
            assertThat(channel.slot()).isEqualTo(job(1));
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(voided(2), go(1));
        }

        @Test
        void saysNothing_toTheReadyOfAnOlderSession() {
            FakeSession older = connect(1);
            put(1);
            FakeSession newer = connect(1);
            channel.permit(job(1), older);
            assertThat(older.told).isEmpty();
            assertThat(channel.slot()).isEqualTo(job(1));
            channel.permit(job(1), newer);
            assertThat(newer.told).containsExactly(go(1));
        }

        @Test
        void saysNothing_whenTheStreamHasEnded() {
            FakeSession session = connect(1);
            put(1);
            session.cancel();
            channel.permit(job(1), session);
            assertThat(session.told).isEmpty();
            assertThat(fates.of(job(1))).isEqualTo(QUEUED);
        }

        @Test
        void voids_whenTheTargetEndedElsewhereWhileInTheSlot() {
            FakeSession session = connect(1);
            put(1);
            fates.set(job(1), CANCELLED);
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(voided(1));
            assertThat(channel.slot()).isNull();
        }

        @Test
        void voids_whenTheTargetEndedElsewhereWhileQueued() {
            put(1);
            fates.set(job(1), CANCELLED);
            FakeSession session = connect(1);
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(voided(1));
            assertThat(fates.of(job(1))).isEqualTo(CANCELLED);
        }

        @Test
        void rejectsWithTheReason_whenTheAgentRefuses() {
            FakeSession session = connect(2);
            put(1, 2);
            channel.refuse(job(1), session, "disk: 3 MiB left");
            assertThat(fates.of(job(1))).isEqualTo(REJECTED);
            assertThat(fates.reason(job(1))).isEqualTo("disk: 3 MiB left");
            assertThat(session.told).isEmpty();
            assertThat(session.received).containsExactly(job(1), job(2));
        }

        @Test
        void ignoresARefusal_ofAnotherJobOrAnOlderSession() {
            FakeSession older = connect(1);
            FakeSession newer = connect(1);
            put(1, 2);
            channel.refuse(job(2), newer, "wrong job");
            channel.refuse(job(1), older, "wrong session");
            assertThat(channel.slot()).isEqualTo(job(1));
            assertThat(fates.of(job(1))).isEqualTo(OFFERED);
            assertThat(fates.of(job(2))).isEqualTo(QUEUED);
        }

        @Test
        void freesTheSlotAndKeepsTheFate_whenTheAgentRefusesWhatIsCancelled() {
            FakeSession session = connect(2);
            put(1, 2);
            channel.cancel(job(1), () -> {});
            channel.refuse(job(1), session, "policy");
            assertThat(fates.of(job(1))).isEqualTo(CANCELLED);
            assertThat(channel.slot()).isEqualTo(job(2));
        }
    }

    @Nested
    class Expiry {
        @Test
        void expires_atThePoll() {
            put(1);
            clock.advance(TTL);
            FakeSession session = connect(1);
            assertThat(session.received).isEmpty();
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
            assertThat(channel.expired()).isOne();
            assertThat(channel.queued()).isZero();
        }

        @Test
        void isEmitted_inTheLastMillisecond() {
            put(1);
            clock.advance(TTL.minusMillis(1));
            assertThat(connect(1).received).containsExactly(job(1));
        }

        @Test
        void expires_byTheSweep() {
            put(1, 2);
            clock.advance(TTL);
            channel.expire();
            assertThat(states(1, 2)).containsExactly(EXPIRED, EXPIRED);
            assertThat(channel.expired()).isEqualTo(2);
            assertThat(channel.queued()).isZero();
            assertThat(channel.slot()).isNull();
        }

        @Test
        void expiresAYoungerMessageBeforeItsElder_whenItsTimeIsShorter() {
            put(1);
            putUntil(2, clock.millis() + 5);
            clock.advance(Duration.ofMillis(5));
            channel.expire();
            assertThat(states(1, 2)).containsExactly(QUEUED, EXPIRED);
            assertThat(drained()).containsExactly(job(1));
        }

        @Test
        void expiresInTheSlot_whichIsHeldUntilItsReadyGetsVoid() {
            FakeSession session = connect(2);
            putUntil(1, clock.millis() + 5);
            put(2);
            clock.advance(Duration.ofMillis(5));
            channel.expire();
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
            assertThat(channel.slot()).isEqualTo(job(1));
            assertThat(session.received).containsExactly(job(1));
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(voided(1));
            assertThat(session.received).containsExactly(job(1), job(2));
            assertThat(channel.expired()).isOne();
        }

        @Test
        void expiresBeforeGo_whenReadyComesAtThatMillisecond() {
            FakeSession session = connect(1);
            putUntil(1, clock.millis() + 5);
            clock.advance(Duration.ofMillis(5));
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(voided(1));
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
            assertThat(channel.expired()).isOne();
        }

        @Test
        void expiresOnRelease_whenTheTimeIsOver() {
            FakeSession session = connect(1);
            putUntil(1, clock.millis() + 5);
            clock.advance(Duration.ofMillis(5));
            session.cancel();
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
            assertThat(channel.queued()).isZero();
            assertThat(channel.expired()).isOne();
        }

        @Test
        void saysWhatHeldItUp() {
            expireAfterFiveMillis(1);
            assertThat(fates.reason(job(1))).isEqualTo("the minion had no session");
            connect(1);
            expireAfterFiveMillis(2, 3);
            assertThat(fates.reason(job(2))).isEqualTo("it was offered, and no READY came");
            assertThat(fates.reason(job(3))).isEqualTo("an earlier message had no answer yet");
            connect(0);
            expireAfterFiveMillis(4);
            assertThat(fates.reason(job(4))).isEqualTo("its agent asked for no message in time");
            channel.pause();
            expireAfterFiveMillis(5);
            assertThat(fates.reason(job(5))).isEqualTo("the minion was quarantined");
        }

        private void expireAfterFiveMillis(int... jobs) {
            for (int job : jobs) {
                putUntil(job, clock.millis() + 5);
            }
            clock.advance(Duration.ofMillis(5));
            channel.expire();
        }

        @Test
        void isNeverExtended_byRedelivery() {
            put(1);
            for (int i = 1; i < TTL.toSeconds(); i++) {
                clock.advance(Duration.ofSeconds(1));
                FakeSession session = connect(1);
                assertThat(session.received).containsExactly(job(1));
                session.cancel();
            }
            clock.advance(Duration.ofSeconds(1));
            assertThat(connect(1).received).isEmpty();
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
        }

        @Test
        void isNotCounted_whenTheTargetEndedElsewhere() {
            put(1);
            fates.set(job(1), CANCELLED);
            clock.advance(TTL);
            channel.expire();
            assertThat(channel.queued()).isZero();
            assertThat(channel.expired()).isZero();
        }
    }

    @Nested
    class Capacity {
        @Test
        void evictsTheOldestAndCounts_whenFull() {
            put(1, 2, 3, 4, 5);
            assertThat(states(1, 2, 3, 4, 5)).containsExactly(DROPPED, DROPPED, QUEUED, QUEUED, QUEUED);
            assertThat(fates.reason(job(1))).contains("channel_capacity 3").contains("job " + job(4));
            assertThat(fates.reason(job(2))).contains("job " + job(5));
            assertThat(channel.dropped()).isEqualTo(2);
            assertThat(drained()).containsExactly(job(3), job(4), job(5));
        }

        @Test
        void purgesTheExpired_beforeItEvicts() {
            put(1);
            putUntil(2, clock.millis() + 5);
            put(3);
            clock.advance(Duration.ofMillis(5));
            put(4);
            assertThat(states(1, 2, 3, 4)).containsExactly(QUEUED, EXPIRED, QUEUED, QUEUED);
            assertThat(channel.dropped()).isZero();
        }

        @Test
        void neitherCountsNorEvictsTheSlot() {
            FakeSession session = connect(1);
            put(1, 2, 3, 4);
            assertThat(channel.dropped()).isZero();
            put(5);
            assertThat(states(1, 2, 3, 4, 5)).containsExactly(OFFERED, DROPPED, QUEUED, QUEUED, QUEUED);
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(go(1));
        }

        @Test
        void isExceeded_byWhatComesBack() {
            FakeSession session = connect(1);
            put(1, 2, 3, 4);
            session.cancel();
            assertThat(channel.queued()).isEqualTo(CAPACITY + 1);
            assertThat(channel.dropped()).isZero();
            put(5);
            assertThat(states(1, 2)).containsExactly(DROPPED, QUEUED);
            assertThat(drained()).containsExactly(job(2), job(3), job(4), job(5));
        }

        @Test
        void countsNoDrop_whenTheTargetEndedElsewhere() {
            put(1, 2, 3);
            fates.set(job(1), CANCELLED);
            put(4);
            assertThat(channel.dropped()).isZero();
            assertThat(channel.queued()).isEqualTo(CAPACITY);
        }
    }

    @Nested
    class Cancel {
        @Test
        void endsAQueuedMessage_atOnce() {
            put(1, 2, 3);
            channel.cancel(job(2), () -> {});
            assertThat(states(1, 2, 3)).containsExactly(QUEUED, CANCELLED, QUEUED);
            assertThat(channel.queued()).isEqualTo(2);
            assertThat(drained()).containsExactly(job(1), job(3));
        }

        @Test
        void endsTheSlotAtOnce_andHoldsItUntilReadyGetsVoid() {
            FakeSession session = connect(2);
            put(1, 2);
            channel.cancel(job(1), () -> {});
            assertThat(fates.of(job(1))).isEqualTo(CANCELLED);
            assertThat(channel.slot()).isEqualTo(job(1));
            assertThat(session.received).containsExactly(job(1));
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(voided(1));
            assertThat(session.received).containsExactly(job(1), job(2));
        }

        @Test
        void doesNothing_afterGo() {
            FakeSession session = connect(1);
            put(1);
            channel.permit(job(1), session);
            channel.cancel(job(1), () -> {});
            assertThat(fates.of(job(1))).isEqualTo(ACCEPTED);
        }

        @Test
        void lastsOverABrokenLink() {
            FakeSession session = connect(1);
            put(1);
            channel.cancel(job(1), () -> {});
            session.cancel();
            assertThat(channel.queued()).isZero();
            assertThat(connect(1).received).isEmpty();
            assertThat(fates.of(job(1))).isEqualTo(CANCELLED);
        }

        @Test
        void changesNothing_whenItIsRepeatedOrTooLate() {
            FakeSession session = connect(1);
            put(1);
            channel.cancel(job(1), () -> {});
            channel.cancel(job(1), () -> {});
            clock.advance(TTL);
            channel.permit(job(1), session);
            channel.cancel(job(1), () -> {});
            assertThat(fates.of(job(1))).isEqualTo(CANCELLED);
            assertThat(channel.expired()).isZero();
        }
    }

    @Nested
    class Silence {
        @Test
        void closesTheLinkAndTakesTheMessageBack_afterAckTimeout() {
            FakeSession session = connect(1);
            put(1);
            clock.advance(ACK_TIMEOUT.minusMillis(1));
            channel.expire();
            assertThat(session.closed()).isNull();
            clock.advance(Duration.ofMillis(1));
            channel.expire();
            assertThat(session.closed()).contains("neither READY nor REFUSED").contains("PT10S");
            assertThat(fates.of(job(1))).isEqualTo(QUEUED);
            assertThat(channel.slot()).isNull();
            assertThat(drained()).containsExactly(job(1));
        }

        @Test
        void closesTheLink_whenTheTargetWasCancelledMeanwhile() {
            FakeSession session = connect(1);
            put(1);
            channel.cancel(job(1), () -> {});
            clock.advance(ACK_TIMEOUT);
            channel.expire();
            assertThat(session.closed()).isNotNull();
            assertThat(channel.queued()).isZero();
            assertThat(channel.slot()).isNull();
            assertThat(fates.of(job(1))).isEqualTo(CANCELLED);
        }

        @Test
        void closesTheLink_whenTheTimeIsOverInTheSameSweep() {
            FakeSession session = connect(1);
            putUntil(1, clock.millis() + ACK_TIMEOUT.toMillis());
            clock.advance(ACK_TIMEOUT);
            channel.expire();
            assertThat(session.closed()).isNotNull();
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
            assertThat(channel.expired()).isOne();
        }

        @Test
        void neverReemitsOnTheSilentSession() {
            FakeSession session = connect(5);
            put(1, 2);
            clock.advance(ACK_TIMEOUT);
            channel.expire();
            channel.permit(job(1), session);
            put(3);
            assertThat(session.received).containsExactly(job(1));
            assertThat(session.told).isEmpty();
            assertThat(drained()).containsExactly(job(1), job(2), job(3));
        }

        @Test
        void countsFromTheEmission_notFromThePut() {
            put(1);
            clock.advance(ACK_TIMEOUT.multipliedBy(2));
            FakeSession session = connect(1);
            channel.expire();
            assertThat(session.closed()).isNull();
        }
    }

    @Nested
    class Reconnect {
        @Test
        void completesTheOlderStream_andHandsItsSlotToTheNewer() {
            FakeSession older = connect(5);
            put(1, 2);
            FakeSession newer = connect(1);
            assertThat(older.completed()).isTrue();
            assertThat(newer.completed()).isFalse();
            assertThat(newer.received).containsExactly(job(1));
            assertThat(older.received).containsExactly(job(1));
        }

        @Test
        void keepsTheNewerSlot_whenTheOlderStreamIsCancelledLate() {
            FakeSession older = connect(1);
            FakeSession newer = connect(1);
            put(1);
            older.cancel();
            channel.permit(job(1), newer);
            assertThat(newer.told).containsExactly(go(1));
        }

        @Test
        void emitsInAcceptanceOrder_acrossRedelivery() {
            FakeSession session = connect(3);
            put(1, 2, 3);
            channel.permit(job(1), session);
            session.cancel();
            put(4);
            assertThat(drained()).containsExactly(job(2), job(3), job(4));
        }

        @Test
        void takesAProvedNotStartedMessageBack_toItsPlaceInAcceptanceOrder() {
            FakeSession session = connect(1);
            Envelope first = put(1);
            channel.permit(job(1), session);
            put(2, 3, 4);
            channel.requeue(first, () -> true);
            assertThat(fates.of(job(1))).isEqualTo(QUEUED);
            assertThat(channel.queued()).isEqualTo(CAPACITY + 1);
            assertThat(drained()).containsExactly(job(1), job(2), job(3), job(4));
        }

        @Test
        void expiresAProvedNotStartedMessage_whenItsTimeIsOver() {
            FakeSession session = connect(2);
            Envelope first = put(1);
            channel.permit(job(1), session);
            clock.advance(TTL);
            channel.requeue(first, () -> true);
            assertThat(fates.of(job(1))).isEqualTo(EXPIRED);
            assertThat(session.received).containsExactly(job(1));
        }

        @Test
        void takesUpWhatWaitedWhenTheBusStopped_andSaysWhyItExpired() {
            Envelope first = envelope(1);
            Envelope second = envelope(2);
            channel.restore(second);
            assertThat(fates.of(job(2))).isEqualTo(QUEUED);
            clock.advance(TTL);
            channel.restore(first);
            channel.expire();
            for (long order = 1; order <= 2; order++) {
                assertThat(fates.of(job(order))).isEqualTo(EXPIRED);
                assertThat(fates.reason(job(order))).isEqualTo("the minion had no session");
            }
        }

        @Test
        void doesNotTakeBack_whatIsNotProvedAnyMore_byTheTimeOfItsTurn() {
            FakeSession session = connect(1);
            Envelope first = put(1);
            channel.permit(job(1), session);
            AtomicBoolean newest = new AtomicBoolean(true);
            // Within a turn, as when a newer session gets GO while this waits.
            channel.cancel(job(9), () -> {
                channel.requeue(first, newest::get);
                newest.set(false);
            });
            assertThat(fates.of(job(1))).isEqualTo(ACCEPTED);
            assertThat(channel.queued()).isZero();
        }

        @Test
        void doesNotTakeBack_whatEndedElsewhere() {
            FakeSession session = connect(1);
            Envelope first = put(1);
            channel.permit(job(1), session);
            fates.set(job(1), CANCELLED);
            channel.requeue(first, () -> true);
            assertThat(channel.queued()).isZero();

            put(2);
            session.request(1);
            fates.set(job(2), CANCELLED);
            session.cancel();
            assertThat(channel.queued()).isZero();
        }

        @Test
        void emitsNothingToAStreamThatWasCancelledBeforeItAsked() {
            FakeSession session = connect(0);
            session.cancel();
            session.request(1);
            put(1);
            assertThat(session.received).isEmpty();
            assertThat(channel.queued()).isOne();
        }
    }

    @Nested
    class Pause {
        @Test
        void offersNothing_andOffersAgainAtOnce_whenResumed() {
            FakeSession session = connect(1);
            channel.pause();
            put(1, 2);
            session.request(1);
            assertThat(session.received).isEmpty();
            assertThat(channel.queued()).isEqualTo(2);
            channel.resume();
            assertThat(session.received).containsExactly(job(1));
        }

        @Test
        void outlivesTheSession() {
            channel.pause();
            put(1);
            assertThat(connect(1).received).isEmpty();
        }

        @Test
        void leavesTheSlotAsItIs() {
            FakeSession session = connect(2);
            put(1, 2);
            channel.pause();
            channel.permit(job(1), session);
            assertThat(session.told).containsExactly(go(1));
            assertThat(states(1, 2)).containsExactly(ACCEPTED, QUEUED);
            assertThat(session.received).containsExactly(job(1));
        }

        @Test
        void keepsWhatABrokenLinkPutsBack() {
            FakeSession session = connect(1);
            put(1);
            channel.pause();
            channel.release(session, () -> {});
            assertThat(connect(1).received).isEmpty();
            assertThat(states(1)).containsExactly(QUEUED);
        }

        @Test
        void stopsNoClock() {
            channel.pause();
            put(1);
            clock.advance(TTL);
            channel.expire();
            assertThat(states(1)).containsExactly(EXPIRED);
        }

        @Test
        void stopsNoCancelAndNoEviction() {
            channel.pause();
            put(1, 2, 3, 4);
            channel.cancel(job(2), () -> {});
            assertThat(states(1, 2, 3, 4)).containsExactly(DROPPED, CANCELLED, QUEUED, QUEUED);
        }
    }

    @Test
    void leavesTheTopicUsable_whenTheLinkFails() {
        FakeSession broken = connect(1).whenTold(control -> {
            throw new IllegalStateException("the connection is gone");
        });
        put(1, 2);
        channel.permit(job(1), broken);
        assertThat(fates.of(job(1))).isEqualTo(ACCEPTED);
        assertThat(connect(1).received).containsExactly(job(2));
    }

    private FakeSession connect(long demand) {
        return new FakeSession(demand).connectTo(channel);
    }

    private void put(long... orders) {
        LongStream.of(orders).forEach(this::put);
    }

    private Envelope put(long order) {
        return putUntil(order, clock.millis() + TTL.toMillis());
    }

    /** Of a target that a bus takes up when it starts. */
    private Envelope envelope(long order) {
        fates.set(job(order), OFFERED);
        return new Envelope(job(order), Bytes.EMPTY, order, clock.millis() + TTL.toMillis());
    }

    private Envelope putUntil(long order, long expiresAt) {
        Envelope envelope = new Envelope(job(order), Bytes.EMPTY, order, expiresAt);
        fates.set(job(order), QUEUED);
        topic.put(envelope);
        topic.channel().offerNow();
        return envelope;
    }

    /** What a new session gets that says READY to everything. */
    private List<JobId> drained() {
        FakeSession session = new FakeSession(Long.MAX_VALUE);
        session.whenEmitted(envelope -> channel.permit(envelope.job(), session)).connectTo(channel);
        return session.received;
    }

    private List<TargetState> states(long... orders) {
        return LongStream.of(orders).mapToObj(order -> fates.of(job(order))).toList();
    }

    private static JobId job(long order) {
        return new JobId(0, order);
    }

    private static Control go(long order) {
        return new Control.Go(job(order), Limits.FIRST_WINDOW);
    }

    private static Control voided(long order) {
        return new Control.Voided(job(order));
    }
}
