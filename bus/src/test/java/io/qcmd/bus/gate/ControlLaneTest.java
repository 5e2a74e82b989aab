package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.Control.Ping;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

class ControlLaneTest {
    private final AtomicInteger overflows = new AtomicInteger();
    private final ControlLane lane = new ControlLane(overflows::incrementAndGet);

    @Test
    void saysInOrder_whatWasSaidBeforeAnybodyListened() {
        lane.send(new Ping(1));
        lane.send(new Ping(2));
        lane.complete();

        StepVerifier.create(lane.frames().flatMapIterable(frame -> frame))
                .expectNext(new Ping(1), new Ping(2))
                .verifyComplete();
    }

    @Test
    void whatIsSaidWhileAFrameGoesOut_goesIntoTheNextTogether() {
        List<List<Control>> frames = new ArrayList<>();
        Disposable reader = lane.frames().subscribe(frame -> {
            frames.add(frame);
            if (frames.size() == 1) {
                for (int n = 1; n <= 300; n++) {
                    lane.send(new Ping(n));
                }
            }
        });

        lane.send(new Ping(0));

        assertThat(reader.isDisposed()).isFalse();
        assertThat(frames).extracting(List::size).containsExactly(1, 256, 44);
    }

    @Test
    void whatMayWait_goesWithWhatIsSaidNext_orWhen64Wait() {
        List<List<Control>> frames = new ArrayList<>();
        Disposable reader = lane.frames().subscribe(frames::add);

        lane.sendLater(new Ping(0));
        assertThat(frames).isEmpty();
        lane.send(new Ping(1));
        assertThat(frames).containsExactly(List.of(new Ping(0), new Ping(1)));
        for (int n = 0; n < 63; n++) {
            lane.sendLater(new Ping(n));
        }

        assertThat(reader.isDisposed()).isFalse();
        assertThat(frames).extracting(List::size).containsExactly(2, 63);
    }

    @Test
    void agentThatDoesNotRead_isClosed_andOthersWhoSpeakGoOn() {
        lane.frames().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // Reads nothing.
            }
        });
        for (int n = 0; n < 256; n++) {
            lane.send(new Ping(n));
        }
        assertThat(overflows).hasValue(0);

        lane.send(new Ping(256));
        lane.send(new Ping(257));

        assertThat(overflows).hasValue(2);
    }

    @Test
    void afterItsEnd_nothingIsSaid_andNothingFails() {
        StepVerifier.create(lane.frames())
                .then(lane::complete)
                .then(() -> lane.send(new Ping(1)))
                .verifyComplete();
        assertThat(overflows).hasValue(0);
    }

    @Test
    void manySpeakers_loseNothing_andEachKeepsItsOrder() throws Exception {
        int speakers = 4;
        int each = 20_000;
        List<Control> heard = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(speakers * each);
        Disposable reader = lane.frames().flatMapIterable(frame -> frame).subscribe(said -> {
            heard.add(said);
            all.countDown();
        });

        CompletableFuture<?>[] talks = new CompletableFuture<?>[speakers];
        for (int speaker = 0; speaker < speakers; speaker++) {
            long first = (long) speaker * each;
            talks[speaker] = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < each; n++) {
                    lane.send(new Ping(first + n));
                }
            });
        }
        CompletableFuture.allOf(talks).join();
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        reader.dispose();

        for (long speaker = 0; speaker < speakers; speaker++) {
            long first = speaker * each;
            assertThat(heard.stream().mapToLong(said -> ((Ping) said).nonce()).filter(n -> n / each == first / each))
                    .isSorted()
                    .hasSize(each);
        }
    }

    @Test
    void itsEnd_comesThrough_whileOthersSpeak() throws Exception {
        for (int round = 0; round < 200; round++) {
            ControlLane busy = new ControlLane(() -> {});
            CountDownLatch ended = new CountDownLatch(1);
            Disposable reader =
                    busy.frames().doFinally(end -> ended.countDown()).subscribe(frame -> {});
            CompletableFuture<Void> talk = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 1_000; n++) {
                    busy.send(new Ping(n));
                }
            });

            busy.complete();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(reader.isDisposed()).isTrue();
            talk.join();
        }
    }
}
