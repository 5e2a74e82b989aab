package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class JobsTest {
    private final MemoryStore store = new MemoryStore();
    private final HeldLedger held = new HeldLedger(store);
    private final Rooms bus = Rooms.over(store, held.ledger).enrol("web-1", "web-2");

    @Test
    void answersAndReleases_whenTheJobIsOnDisk() {
        FakeAgent agent = bus.agent("web-1");
        held.hold();

        CompletableFuture<Accepted> answer = bus.jobs
                .accept(new Principal.Remote("tester"), bus.request("web-*"))
                .toFuture();

        assertThat(answer).isNotDone();
        assertThat(agent.messages).isEmpty();
        held.commit();
        assertThat(answer.join().matched()).isEqualTo(2);
        assertThat(agent.messages).hasSize(1);
    }

    @Test
    void releasesWhatIsOnDisk_alsoWhenTheCallerIsGone() {
        FakeAgent agent = bus.agent("web-1");
        held.hold();
        Disposable caller = bus.jobs
                .accept(new Principal.Remote("tester"), bus.request("web-1"))
                .subscribe(accepted -> {}, error -> {});
        caller.dispose();

        held.commit();

        assertThat(agent.messages).hasSize(1);
    }

    @Test
    void completesBy_addsEverythingThatMayTakeTime() {
        bus.advance(Duration.ofSeconds(7));
        Command command = Command.shell("true").withTimeoutMillis(20_000);

        Accepted accepted =
                Await.value(bus.jobs.accept(new Principal.Remote("tester"), submit("r", "web-1", command, null)));

        assertThat(accepted.acceptedAt()).isEqualTo(Rooms.START + 7_000);
        long ttl = 10_000;
        long ackTimeout = 10_000;
        long killGrace = 5_000;
        long reportGrace = 30_000;
        assertThat(accepted.completesBy() - accepted.acceptedAt())
                .isEqualTo(ttl + ackTimeout + 20_000 + killGrace + reportGrace);
    }

    @Test
    void ttl_isHalfOfTheTimeout_underItsCap_andAtLeastAMillisecond() {
        assertThat(Rooms.SETTINGS.expiryMillis(20_000, null)).isEqualTo(10_000);
        assertThat(Rooms.SETTINGS.expiryMillis(3_600_000, null)).isEqualTo(300_000);
        assertThat(Rooms.SETTINGS.expiryMillis(1, null)).isEqualTo(1);
        assertThat(Rooms.SETTINGS.expiryMillis(1, 299_999L)).isEqualTo(299_999);
    }

    @Test
    void expireAboveItsCap_isRefused() {
        assertFails(
                ErrorCode.BAD_REQUEST,
                () -> Await.value(bus.jobs.accept(
                        new Principal.Remote("tester"), submit("r", "web-1", Command.shell("true"), 300_001L))));
        assertThat(Await.values(store.newest(9))).isEmpty();
    }

    @Test
    void sameRequestId_givesTheSameJob_andRunsItOnce() {
        FakeAgent agent = bus.agent("web-1");
        Submit request = bus.request("web-1");

        JobId first = Await.value(bus.jobs.accept(new Principal.Remote("tester"), request))
                .job();
        JobId second = Await.value(bus.jobs.accept(new Principal.Remote("tester"), request))
                .job();

        assertThat(second).isEqualTo(first);
        agent.ask();
        assertThat(agent.messages).hasSize(1);
        assertThat(bus.accounting.liveJobs()).isEqualTo(1);
    }

    @Test
    void sameRequestId_givesTheSameJob_whileTheFirstIsOnItsWayToTheDisk() {
        Submit request = bus.request("web-1");
        held.hold();
        CompletableFuture<Accepted> first =
                bus.jobs.accept(new Principal.Remote("tester"), request).toFuture();
        CompletableFuture<Accepted> second =
                bus.jobs.accept(new Principal.Remote("tester"), request).toFuture();

        held.commit();

        assertThat(second.join().job()).isEqualTo(first.join().job());
        assertThat(bus.accounting.liveJobs()).isEqualTo(1);
    }

    @Test
    void sameRequestId_isAnswered_alsoWhenTheBusIsBusyByNow() {
        Submit request = bus.request("web-1");
        JobId first = Await.value(bus.jobs.accept(new Principal.Remote("tester"), request))
                .job();
        fill();

        assertThat(Await.value(bus.jobs.accept(new Principal.Remote("tester"), request))
                        .job())
                .isEqualTo(first);
    }

    @Test
    void targetOfNobody_createsNothing() {
        assertFails(ErrorCode.NO_MINIONS_MATCHED, () -> bus.submit("db-*"));

        assertThat(Await.values(store.newest(9))).isEmpty();
        assertThat(bus.accounting.liveJobs()).isZero();
    }

    @Test
    void tooManyLiveJobs_areBusy_andThoseOnTheirWayCount() {
        held.hold();
        for (int i = 0; i < 10; i++) {
            assertThat(bus.jobs
                            .accept(new Principal.Remote("tester"), bus.request("web-1"))
                            .toFuture())
                    .isNotDone();
        }

        assertFails(ErrorCode.BUSY, () -> bus.submit("web-1"));

        held.commit();
        assertThat(Await.values(store.newest(99))).hasSize(10);
        // The Channel holds three of them, the others are evicted.
        assertThat(bus.submit("web-1").matched()).isEqualTo(1);
    }

    @Test
    void refusedByTheStore_doesNotCount() {
        held.refuse(new QcmdException(ErrorCode.STORE_FULL, "full"));

        for (int i = 0; i < 20; i++) {
            assertFails(ErrorCode.STORE_FULL, () -> bus.submit("web-1"));
        }
        assertThat(bus.accounting.liveJobs()).isZero();
        assertThat(bus.accounting.liveTargets()).isZero();
    }

    @Test
    void nobodyComes_everyTargetExpires() {
        JobId job = bus.job("web-*");
        bus.advance(Duration.ofSeconds(29));
        assertThat(bus.accounting.liveTargets()).isEqualTo(2);

        bus.advance(Duration.ofSeconds(1));

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.EXPIRED);
        assertThat(bus.fate(job, "web-2").state()).isEqualTo(TargetState.EXPIRED);
        assertThat(Await.value(store.job(job)).endedAt()).isEqualTo(Rooms.START + 30_000);
        assertThat(bus.accounting.liveJobs()).isZero();
    }

    @Test
    void oneMoreThanTheChannelHolds_dropsTheOldest() {
        JobId oldest = bus.job("web-1");
        for (int i = 0; i < Rooms.CAPACITY; i++) {
            bus.submit("web-1");
        }

        assertThat(bus.fate(oldest, "web-1").state()).isEqualTo(TargetState.DROPPED);
    }

    /** With jobs on their way to the disk, which evict nothing from a Channel. */
    private void fill() {
        held.hold();
        while (bus.accounting.liveJobs() < 10) {
            assertThat(bus.jobs
                            .accept(new Principal.Remote("tester"), bus.request("web-2"))
                            .toFuture())
                    .isNotDone();
        }
    }

    private static Submit submit(String requestId, String target, Command command, @Nullable Long expire) {
        return new Submit(requestId, Selection.of(new Target(target)), command, expire);
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
