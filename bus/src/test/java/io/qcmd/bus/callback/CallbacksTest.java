package io.qcmd.bus.callback;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.VirtualClock;
import io.qcmd.bus.callback.Courier.Delivery;
import io.qcmd.bus.callback.Courier.Failed;
import io.qcmd.bus.callback.Courier.Refused;
import io.qcmd.bus.callback.Courier.Taken;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.CallbackOrder;
import io.qcmd.bus.store.CallbackRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.StoreSamples;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class CallbacksTest {
    private static final Delivery TAKEN = new Taken();
    private static final Delivery DOWN = new Failed("answered 503");
    /** After the times of the samples. */
    private static final long START = 2_000;

    private static final Duration DAY = Duration.ofHours(24);

    private final MemoryStore store = new MemoryStore();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Clock clock = new VirtualClock(START, time);
    private Disposable running = Disposables.disposed();
    private final List<Try> tries = new ArrayList<>();
    private Function<CallbackRecord, Mono<Delivery>> endpoint = callback -> Mono.just(TAKEN);
    private int jobs;

    private record Try(long at, String endpoint, String id) {}

    @AfterEach
    void stop() {
        running.dispose();
        time.dispose();
    }

    @Test
    void whatIsDue_isDelivered_andForgotten() {
        String id = lost("ops");
        Callbacks callbacks = start(10_000);
        assertThat(callbacks.status()).isEqualTo(new BusStatus.Callbacks(1, 0, null));

        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(tries).extracting(Try::id).containsExactly(id);

        time.advanceTimeBy(DAY);
        assertThat(tries).hasSize(1);
        assertThat(callbacks.status()).isEqualTo(BusStatus.Callbacks.NONE);
    }

    @Test
    void whatComesLater_isDeliveredWithinARound() {
        start(10_000);
        time.advanceTimeBy(DAY);

        String id = lost("ops");
        time.advanceTimeBy(Callbacks.ROUND);

        assertThat(tries).extracting(Try::id).containsExactly(id);
    }

    @Test
    void failure_isTriedAgain_afterPausesThatDouble_upToTheLongest() {
        endpoint = callback -> Mono.just(DOWN);
        lost("ops");
        Callbacks callbacks = start(10_000);

        time.advanceTimeBy(Duration.ofHours(1));

        List<Long> gaps = IntStream.range(1, tries.size())
                .mapToObj(i -> tries.get(i).at - tries.get(i - 1).at)
                .toList();
        assertThat(gaps).hasSizeGreaterThan(15);
        for (int i = 0; i < gaps.size(); i++) {
            long bound = Math.min(300_000, 1_000L << Math.min(i, 20));
            // A round looks once a second.
            assertThat(gaps.get(i)).as("gap %d", i).isBetween(bound / 2, bound + 1_000);
        }
        assertThat(callbacks.status()).isEqualTo(new BusStatus.Callbacks(1, 0, "ops: answered 503"));
    }

    @Test
    void failureForADay_isParked_andTriedAgainAfterAStart() {
        endpoint = callback -> Mono.just(DOWN);
        String id = lost("ops");
        Callbacks callbacks = start(10_000);

        time.advanceTimeBy(DAY.minusMinutes(1));
        assertThat(callbacks.status().waiting()).isEqualTo(1);
        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(callbacks.status()).isEqualTo(new BusStatus.Callbacks(0, 1, "ops: answered 503"));
        int soFar = tries.size();
        time.advanceTimeBy(DAY);
        assertThat(tries).hasSize(soFar);

        running.dispose();
        endpoint = callback -> Mono.just(TAKEN);
        Callbacks restarted = start(10_000);
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(tries).hasSize(soFar + 1).extracting(Try::id).containsOnly(id);
        assertThat(restarted.status()).isEqualTo(BusStatus.Callbacks.NONE);
    }

    @Test
    void failingEndpoint_isAskedOneAtATime_andGetsAllWhenItIsBack() {
        endpoint = callback -> Mono.just(DOWN);
        Set<String> ids =
                Set.copyOf(IntStream.range(0, 50).mapToObj(i -> lost("ops")).toList());
        start(10_000);

        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(tries).hasSizeBetween(5, 12);

        tries.clear();
        endpoint = callback -> Mono.just(TAKEN);
        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(tries).extracting(Try::id).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void failingEndpoint_delaysNoOther() {
        endpoint = callback -> callback.endpoint().equals("ops") ? Mono.never() : Mono.just(TAKEN);
        lost("ops");
        start(10_000);
        time.advanceTimeBy(Duration.ofSeconds(5));

        String id = lost("dev");
        time.advanceTimeBy(Callbacks.ROUND);

        assertThat(tries)
                .filteredOn(each -> each.endpoint.equals("dev"))
                .extracting(Try::id)
                .containsExactly(id);
    }

    @Test
    void callbackThatIsNeverTaken_doesNotHoldUpTheOthers() {
        String poison = lost("ops");
        endpoint = callback -> Mono.just(callback.id().equals(poison) ? DOWN : TAKEN);
        Callbacks callbacks = start(10_000);
        List<String> others = IntStream.range(0, 40).mapToObj(i -> lost("ops")).toList();

        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(tries).extracting(Try::id).containsAll(others);
        assertThat(callbacks.status().waiting()).isEqualTo(1);
    }

    @Test
    void slowEndpoint_hasAFewTriesUnderWay() {
        List<Sinks.One<Delivery>> open = new ArrayList<>();
        endpoint = callback -> {
            Sinks.One<Delivery> answer = Sinks.one();
            open.add(answer);
            return answer.asMono();
        };
        IntStream.range(0, 20).forEach(i -> lost("ops"));
        start(10_000);

        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(tries).hasSize(4);

        open.get(2).tryEmitValue(TAKEN).orThrow();
        assertThat(tries).hasSize(5).extracting(Try::id).doesNotHaveDuplicates();
    }

    @Test
    void triesUnderWayTogether_areOneFailure() {
        List<Sinks.One<Delivery>> open = new ArrayList<>();
        endpoint = callback -> {
            Sinks.One<Delivery> answer = Sinks.one();
            open.add(answer);
            return answer.asMono();
        };
        IntStream.range(0, 4).forEach(i -> lost("ops"));
        start(10_000);
        time.advanceTimeBy(Duration.ofSeconds(1));

        List.copyOf(open).forEach(answer -> answer.tryEmitValue(DOWN).orThrow());
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(tries).hasSize(5);
    }

    @Test
    void aboveTheLimit_theOldestAreParked_andNoneIsLost() {
        endpoint = callback -> Mono.just(DOWN);
        List<String> ids = IntStream.range(0, 5).mapToObj(i -> lost("ops")).toList();
        Callbacks callbacks = start(3);

        time.advanceTimeBy(Duration.ofMinutes(30));

        assertThat(callbacks.status().waiting()).isEqualTo(3);
        assertThat(callbacks.status().parked()).isEqualTo(2);
        assertThat(tries).extracting(Try::id).isSubsetOf(ids.subList(2, 5));
    }

    @ParameterizedTest
    @CsvSource({"ops, dev", "dev, ops"})
    void laneThatFails_doesNotEndTheOthers(String failing, String well) {
        endpoint = callback ->
                callback.endpoint().equals(failing) ? Mono.error(new IllegalStateException("full")) : Mono.just(TAKEN);
        lost(failing);
        String id = lost(well);
        start(10_000);

        time.advanceTimeBy(Callbacks.ROUND);

        assertThat(tries).contains(new Try(START + 1_000, well, id));
    }

    @Test
    void callbackThatFails_doesNotEndTheOthersOfItsPage() {
        List<String> ids = List.of(lost("ops"), lost("ops"), lost("ops"));
        endpoint = callback ->
                callback.id().equals(ids.get(0)) ? Mono.error(new IllegalStateException("full")) : Mono.just(TAKEN);
        start(10_000);

        time.advanceTimeBy(Callbacks.ROUND);

        assertThat(tries).extracting(Try::id).containsExactlyElementsOf(ids);
    }

    @Test
    void refusedOne_isParkedAtOnce_andWrittenDown() {
        endpoint = callback -> Mono.just(new Refused("host is [127.0.0.1]"));
        String id = lost("ops");
        Callbacks callbacks = start(10_000);

        time.advanceTimeBy(DAY);

        assertThat(tries).hasSize(1);
        assertThat(callbacks.status()).isEqualTo(new BusStatus.Callbacks(0, 1, "ops: host is [127.0.0.1]"));
        assertThat(store.audits())
                .contains(new AuditRecord(START + 1_000, "bus", "CALLBACK_REFUSED", id, "ops: host is [127.0.0.1]"));
    }

    @Test
    void withoutEndpoints_nothingIsLookedFor() {
        Callbacks callbacks = callbacks(Map.of(), 10_000);
        await(callbacks.load());

        assertThat(callbacks.start(time).isDisposed()).isTrue();
        assertThat(time.getScheduledTaskCount()).isZero();
    }

    /** A job of this endpoint whose target was LOST; the id of its callback. */
    private String lost(String name) {
        JobRecord job = StoreSamples.withCallback(job(++jobs), new CallbackOrder(name, Set.of()));
        await(store.record(job, AUDIT));
        Long seq = store.settle(fate(job, WEB1, TargetState.LOST)).block();
        return job.job() + "-" + seq;
    }

    private Callbacks start(int waiting) {
        Callbacks callbacks = callbacks(Map.of("ops", "https://ops.example", "dev", "https://dev.example"), waiting);
        await(callbacks.load());
        running = callbacks.start(time);
        return callbacks;
    }

    private Callbacks callbacks(Map<String, String> endpoints, int waiting) {
        CallbackSettings settings = new CallbackSettings(
                endpoints,
                Map.of(),
                Map.of(),
                Map.of(),
                "none",
                false,
                waiting,
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                DAY);
        Courier courier = callback -> {
            tries.add(new Try(clock.millis(), callback.endpoint(), callback.id()));
            return endpoint.apply(callback);
        };
        return new Callbacks(settings, store.outbox(), courier, clock, new Random(7));
    }
}
