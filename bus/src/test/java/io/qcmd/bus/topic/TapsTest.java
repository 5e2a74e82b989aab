package io.qcmd.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.TapQuery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TapsTest {
    private static final MinionId WEB_1 = new MinionId("web-1");
    private static final MinionId WEB_2 = new MinionId("web-2");
    private static final int CAPACITY = 3;

    private final SetClock clock = new SetClock();
    private final List<String> moves = new ArrayList<>();
    private final Topics topics =
            new Topics(new ChannelSettings(256, Duration.ofSeconds(1), clock), (job, minion, next, reason) -> {
                moves.add(job.low() + " " + next);
                return true;
            });
    private final Topic topic = topics.open(WEB_1);
    private final Taps taps = taps(CAPACITY, Schedulers.immediate());

    @Test
    void saysFirstThatItIsOpen() {
        put(1);
        StepVerifier.create(taps.pages(new TapQuery(WEB_1)))
                .expectNext(new TapPage(List.of(), 0))
                .thenCancel()
                .verify();
    }

    @Test
    void copiesWhatComesFromItsOpeningOn_withTheTimeOfThePut() {
        put(1);
        Reader reader = new Reader(taps, 10);
        clock.set(40);
        put(2);
        clock.set(50);
        put(3);

        assertThat(reader.jobs).containsExactly(2L, 3L);
        assertThat(reader.pages.get(1).copies()).containsExactly(new TapPage.Copy(message(2), 40, 1_002));
        assertThat(reader.pages.get(2).copies()).containsExactly(new TapPage.Copy(message(3), 50, 1_003));
    }

    @Test
    void copiesNothingOfAnotherTopic() {
        topics.open(WEB_2);
        Reader reader = new Reader(taps, 10);
        topics.publish(envelope(1, 0), List.of(WEB_2));
        assertThat(reader.jobs).isEmpty();
    }

    @Test
    void dropsItsOldestCopies_andCountsThem_whenNobodyReads() {
        Reader reader = new Reader(taps, 1);
        LongStream.rangeClosed(1, 5).forEach(this::put);
        reader.request(1);

        assertThat(reader.jobs).containsExactly(3L, 4L, 5L);
        assertThat(reader.dropped()).isEqualTo(2);
        // The Channel dropped nothing.
        assertThat(topic.channel().queued()).isEqualTo(5);
        assertThat(moves).isEmpty();
    }

    @Test
    void countsWhatWasLostSinceItsOpening() {
        Reader reader = new Reader(taps, 1);
        LongStream.rangeClosed(1, 5).forEach(this::put);
        reader.request(1);
        LongStream.rangeClosed(6, 9).forEach(this::put);
        reader.request(1);

        assertThat(reader.jobs).containsExactly(3L, 4L, 5L, 7L, 8L, 9L);
        assertThat(reader.dropped()).isEqualTo(3);
    }

    @Test
    void twoTaps_loseOnTheirOwn() {
        Reader quick = new Reader(taps, 100);
        Reader slow = new Reader(taps, 1);
        LongStream.rangeClosed(1, 4).forEach(this::put);
        slow.request(1);

        assertThat(quick.jobs).containsExactly(1L, 2L, 3L, 4L);
        assertThat(quick.dropped()).isZero();
        assertThat(slow.jobs).containsExactly(2L, 3L, 4L);
        assertThat(slow.dropped()).isEqualTo(1);
    }

    @Test
    void isBusy_whenAsManyAreOpenAsMayBe_untilOneIsClosed() {
        Reader first = new Reader(taps, 1);
        Reader second = new Reader(taps, 1);
        Reader third = new Reader(taps, 1);
        assertThat(third.failed)
                .isInstanceOfSatisfying(
                        QcmdException.class, busy -> assertThat(busy.code()).isEqualTo(ErrorCode.BUSY))
                .hasMessageContaining("web-1")
                .hasMessageContaining("taps_per_topic");
        first.cancel();
        Reader fourth = new Reader(taps, 10);
        put(1);

        assertThat(fourth.jobs).containsExactly(1L);
        second.request(1);
        assertThat(second.jobs).containsExactly(1L);
        assertThat(first.jobs).isEmpty();
    }

    @Test
    void isUnknown_whenTheMinionIs() {
        StepVerifier.create(taps.pages(new TapQuery(WEB_2)))
                .expectErrorSatisfies(
                        error -> assertThat(((QcmdException) error).code()).isEqualTo(ErrorCode.MINION_NOT_FOUND))
                .verify();
    }

    @Test
    void neverDisturbsTheChannel_whenItsReaderThrows() {
        FakeSession session = new FakeSession(1).connectTo(topic.channel());
        Reader broken = new Reader(taps, 10) {
            @Override
            protected void hookOnNext(TapPage page) {
                throw new IllegalStateException("reader of this test");
            }
        };
        Reader other = new Reader(taps, 10);
        put(1);
        put(2);

        assertThat(broken.failed).hasMessage("reader of this test");
        assertThat(session.received).containsExactly(new JobId(0, 1));
        assertThat(topic.channel().queued()).isEqualTo(1);
        assertThat(moves).containsExactly("1 OFFERED");
        assertThat(other.jobs).containsExactly(1L, 2L);
    }

    @Test
    void makesNoPageInTheTurnOfTheTopic() {
        Deque<Runnable> later = new ArrayDeque<>();
        Reader reader = new Reader(taps(CAPACITY, Schedulers.fromExecutor(later::add)), 10);
        LongStream.rangeClosed(1, 3).forEach(this::put);
        assertThat(reader.jobs).isEmpty();

        for (Runnable next = later.poll(); next != null; next = later.poll()) {
            next.run();
        }
        assertThat(reader.jobs).containsExactly(1L, 2L, 3L);
        // Three puts, one page.
        assertThat(reader.pages).hasSize(2);
    }

    @Test
    void pagesHaveAtMost256CopiesAnd512KiB() {
        Taps wide = taps(1_000, Schedulers.immediate());
        Reader many = new Reader(wide, 1);
        LongStream.rangeClosed(1, 300).forEach(this::put);
        many.request(10);
        assertThat(many.pages).extracting(page -> page.copies().size()).containsExactly(0, Limits.PAGE_ROWS, 44);
        many.cancel();

        Reader large = new Reader(wide, 1);
        LongStream.rangeClosed(1, 5).forEach(job -> topic.put(envelope(job, Limits.PAGE_BYTES / 2)));
        topic.put(envelope(6, Limits.PAGE_BYTES + 1));
        large.request(10);
        assertThat(large.pages).extracting(page -> page.copies().size()).containsExactly(0, 2, 2, 1, 1);
        assertThat(large.jobs).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    /** Random puts and demand, against a queue that one can read at a glance. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void isAQueueThatLosesItsOldest(long seed) {
        Random random = new Random(seed);
        Reader reader = new Reader(taps, 1);
        Deque<Long> model = new ArrayDeque<>();
        List<Long> expected = new ArrayList<>();
        long dropped = 0;
        int demand = 0;
        for (long job = 1; job <= 1_000; job++) {
            if (random.nextInt(3) == 0) {
                reader.request(1);
                demand++;
            } else {
                put(job);
                model.add(job);
                if (model.size() > CAPACITY) {
                    model.remove();
                    dropped++;
                }
            }
            if (demand > 0 && !model.isEmpty()) {
                demand--;
                expected.addAll(model);
                model.clear();
                assertThat(reader.dropped()).isEqualTo(dropped);
            }
            assertThat(reader.jobs).hasSameSizeAs(expected);
        }
        assertThat(reader.jobs).isEqualTo(expected);
        assertThat(dropped).isPositive();
    }

    private Taps taps(int capacity, Scheduler readers) {
        return new Taps(
                new TapSettings(capacity, 2),
                topics,
                bytes -> message(Long.parseLong(bytes.utf8().strip())),
                clock,
                readers);
    }

    private void put(long job) {
        topic.put(envelope(job, 0));
        topic.channel().offerNow();
    }

    /** Its message is the number of the job, with spaces up to this size. */
    private static Envelope envelope(long job, int size) {
        String text = Long.toString(job);
        Bytes message = Bytes.utf8(" ".repeat(Math.max(0, size - text.length())) + text);
        return new Envelope(new JobId(0, job), message, job, 1_000 + job);
    }

    private static Message message(long job) {
        return new Message(new JobId(0, job), Command.shell("true"));
    }

    private class Reader extends BaseSubscriber<TapPage> {
        private final int demand;
        final List<TapPage> pages = new ArrayList<>();
        final List<Long> jobs = new ArrayList<>();

        @Nullable
        Throwable failed;

        Reader(Taps taps, int demand) {
            this.demand = demand;
            taps.pages(new TapQuery(WEB_1)).subscribe(this);
        }

        long dropped() {
            return pages.get(pages.size() - 1).dropped();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(demand);
        }

        @Override
        protected void hookOnNext(TapPage page) {
            pages.add(page);
            page.copies().forEach(copy -> jobs.add(copy.message().job().low()));
        }

        @Override
        protected void hookOnError(Throwable error) {
            failed = error;
        }
    }
}
