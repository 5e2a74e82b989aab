package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class EntranceTest {
    private static final Executor IDLE = Runnable::run;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EventLoopLag lag = new EventLoopLag(Duration.ofSeconds(9), time);
    private final Entrance entrance =
            new Entrance(new Entrance.Limits(2, 10, 4, 1, Duration.ofSeconds(5), Duration.ofSeconds(1)), lag, time);

    @Test
    void countsConnectionsOfOneAddress_untilTheyLeave() {
        Entrance.Visit first = from("192.0.2.1");
        assertThat(enter(first)).isNull();
        assertThat(enter(from("192.0.2.1"))).isNull();
        assertThat(enter(from("192.0.2.1"))).isEqualTo(Violation.ADDRESS_COUNT);
        assertThat(enter(from("192.0.2.2"))).isNull();

        entrance.left(first);

        assertThat(enter(from("192.0.2.1"))).isNull();
    }

    @Test
    void countsANetworkOfIpv6_asOneAddress() {
        assertThat(enter(from("2001:db8::1"))).isNull();
        assertThat(enter(from("2001:db8::2"))).isNull();
        assertThat(enter(from("2001:db8::3"))).isEqualTo(Violation.ADDRESS_COUNT);
        assertThat(enter(from("2001:db8:0:1::1"))).isNull();
    }

    @Test
    void countsNobodyOfThisHost() {
        for (int i = 0; i < 4; i++) {
            assertThat(enter(from("127.0.0.1"))).isNull();
        }
    }

    @Test
    void refusesMoreOverTcp_thanTheProcessMayHaveOpenFilesFor() {
        Entrance narrow = new Entrance(Entrance.Limits.MOST, 1, lag, time);
        Entrance.Visit first = from("127.0.0.1");
        assertThat(narrow.enter(first, IDLE)).isNull();
        assertThat(narrow.enter(from("192.0.2.1"), IDLE)).isEqualTo(Violation.FILE_COUNT);
        assertThat(narrow.enter(new Entrance.Visit(UnixDomainSocketAddress.of("/run/s")), IDLE))
                .isNull();

        narrow.left(first);

        assertThat(narrow.enter(from("192.0.2.1"), IDLE)).isNull();
    }

    @Test
    void refusesMore_whileAllThatAreUnfinishedAreFresh() {
        fill();

        assertThat(enter(from("127.0.0.1"))).isEqualTo(Violation.HANDSHAKE_COUNT);
        assertThat(entrance.unfinished()).isEqualTo(4);
    }

    @Test
    void takesThePlaceOfTheOldest_thatHasBeenSilentForLong() {
        fill();
        time.advanceTimeBy(Duration.ofSeconds(1));

        for (int i = 0; i < 4; i++) {
            assertThat(enter(from("127.0.0.1"))).isNull();
        }

        assertThat(entrance.unfinished()).isEqualTo(4);
        assertThat(enter(from("127.0.0.1"))).isEqualTo(Violation.HANDSHAKE_COUNT);
    }

    @Test
    void neverTakesThePlaceOfOne_thatHasSpoken() {
        for (Entrance.Visit visit : fill()) {
            answer(visit, Mono.never());
        }
        time.advanceTimeBy(Duration.ofSeconds(4));

        assertThat(enter(from("127.0.0.1"))).isEqualTo(Violation.HANDSHAKE_COUNT);
    }

    @Test
    void hasRoomAgain_whenASetupIsAnswered() {
        List<Entrance.Visit> visits = fill();

        assertThat(answer(visits.get(0), Mono.just("yes"))).isEqualTo(List.of("yes"));

        assertThat(entrance.unfinished()).isEqualTo(3);
        entrance.left(visits.get(0));
        assertThat(entrance.unfinished()).isEqualTo(3);
    }

    @Test
    void answersOneSetupAfterTheOther() {
        List<Entrance.Visit> visits = fill();
        Sinks.One<String> slow = Sinks.one();
        List<Object> first = answer(visits.get(0), slow.asMono());
        List<Object> second = answer(visits.get(1), Mono.just("second"));
        assertThat(second).isEmpty();

        slow.tryEmitValue("first").orThrow();
        assertThat(first).containsExactly("first");
        assertThat(second).containsExactly("second");

        assertThat(entrance.unfinished()).isEqualTo(2);
    }

    @Test
    void setupThatWaitsForSomebodyElse_givesItsTurnOn() {
        List<Entrance.Visit> visits = fill();
        Sinks.One<String> proof = Sinks.one();
        List<Object> first = answer(visits.get(0), proof.asMono());
        List<Object> second = answer(visits.get(1), Mono.just("second"));

        time.advanceTimeBy(Duration.ofMillis(20));
        assertThat(second).containsExactly("second");

        proof.tryEmitValue("first").orThrow();
        assertThat(first).containsExactly("first");
    }

    @Test
    void setupThatGaveUp_leavesNoTurnBehind() {
        List<Entrance.Visit> visits = fill();
        Sinks.One<String> slow = Sinks.one();
        answer(visits.get(0), slow.asMono());
        Disposable gone = entrance.handshake(visits.get(1), Mono.just("gone")).subscribe(came -> {}, error -> {});
        List<Object> third = answer(visits.get(2), Mono.just("third"));

        gone.dispose();
        slow.tryEmitValue("first").orThrow();

        assertThat(third).containsExactly("third");
        assertThat(answer(visits.get(3), Mono.just("fourth"))).containsExactly("fourth");
    }

    @Test
    void setupThatWaitedTooLong_isToldBusy() {
        Entrance narrow = new Entrance(
                new Entrance.Limits(1, 1_000, 2_000, 1, Duration.ofMillis(50), Duration.ofSeconds(1)), lag, time);
        List<Object> came = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Entrance.Visit visit = from("127.0.0.1");
            assertThat(narrow.enter(visit, IDLE)).isNull();
            Disposable unused = narrow.handshake(visit, Mono.never()).subscribe(came::add, came::add);
        }
        time.advanceTimeBy(Duration.ofMillis(50));

        assertThat(came).singleElement().isInstanceOfSatisfying(QcmdException.class, busy -> {
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(busy.retryAfterMillis()).isPositive();
        });
        assertThat(narrow.unfinished()).isEqualTo(3);
    }

    @Test
    void slowsDownWhoComesOverTcp_notOverTheUnixSocket() {
        for (int i = 0; i < 10; i++) {
            Entrance.Visit visit = from("127.0.0.1");
            assertThat(enter(visit)).isNull();
            entrance.left(visit);
        }
        assertThat(enter(from("127.0.0.1"))).isEqualTo(Violation.CONNECTION_RATE);
        assertThat(enter(new Entrance.Visit(UnixDomainSocketAddress.of("/run/s"))))
                .isNull();

        time.advanceTimeBy(Duration.ofMillis(100));

        assertThat(enter(from("127.0.0.1"))).isNull();
        assertThat(enter(from("127.0.0.1"))).isEqualTo(Violation.CONNECTION_RATE);
    }

    @Test
    void letsNobodyInOverTcp_whileTheEventLoopsAreFarBehind() {
        Executor stuck = task -> {};
        lag.start();
        assertThat(entrance.enter(from("127.0.0.1"), stuck)).isNull();
        time.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(enter(from("127.0.0.1"))).isEqualTo(Violation.OVERLOADED);
        assertThat(enter(new Entrance.Visit(UnixDomainSocketAddress.of("/run/s"))))
                .isNull();
    }

    @Test
    void everyRefusal_saysWhenToComeAgain() {
        assertThat(Violation.values())
                .filteredOn(Violation::isBusy)
                .hasSize(6)
                .allMatch(reason -> Errors.fromWire(Errors.closed(reason)).retryAfterMillis() > 0);
    }

    private List<Entrance.Visit> fill() {
        List<Entrance.Visit> visits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Entrance.Visit visit = from("127.0.0.1");
            assertThat(enter(visit)).isNull();
            visits.add(visit);
        }
        return visits;
    }

    private @Nullable Violation enter(Entrance.Visit visit) {
        return entrance.enter(visit, IDLE);
    }

    /** What came of it, as it comes. */
    private List<Object> answer(Entrance.Visit visit, Mono<String> answer) {
        List<Object> came = new ArrayList<>();
        Disposable unused = entrance.handshake(visit, answer).subscribe(came::add, came::add);
        return came;
    }

    private static Entrance.Visit from(String address) {
        try {
            SocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 7);
            return new Entrance.Visit(peer);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
