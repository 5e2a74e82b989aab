package io.qcmd.bus.topic;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.TapQuery;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Opens taps, and makes pages of what they hold. Thread-safe. */
public final class Taps {
    private final TapSettings settings;
    private final Topics topics;
    private final Function<Bytes, Message> decoder;
    private final Clock clock;
    private final Scheduler readers;

    /**
     * @param decoder reads the message of an {@link Envelope}
     * @param clock bus time
     * @param readers where pages are made, so that no turn of a Topic waits for it
     */
    public Taps(TapSettings settings, Topics topics, Function<Bytes, Message> decoder, Clock clock, Scheduler readers) {
        this.settings = settings;
        this.topics = topics;
        this.decoder = decoder;
        this.clock = clock;
        this.readers = readers;
    }

    /**
     * Copies of what is put into the Topic of a minion from now on; the first page is empty and says that the tap is open. Each page is made when it is asked for.
     * Never ends by itself; cancelling it closes the tap. MINION_NOT_FOUND; too many taps on this Topic: BUSY.
     */
    public Flux<TapPage> pages(TapQuery query) {
        return Flux.defer(() -> {
            Topic topic = topics.topic(query.minion());
            return Flux.using(() -> open(topic), this::pages, topic::close);
        });
    }

    private Tap open(Topic topic) {
        Tap tap = new Tap(settings.tapCapacity(), clock);
        if (!topic.open(tap, settings.tapsPerTopic())) {
            throw new QcmdException(
                    ErrorCode.BUSY,
                    "tap of '" + topic.minion() + "': " + settings.tapsPerTopic()
                            + " are open, the limit of taps_per_topic");
        }
        return tap;
    }

    private Flux<TapPage> pages(Tap tap) {
        Mono<TapPage> opened = Mono.just(new TapPage(List.of(), 0));
        return opened.concatWith(tap.wakes().publishOn(readers, 1).concatMap(this::waiting, 0));
    }

    /** What waits in the tap, page by page. */
    private Flux<TapPage> waiting(Tap tap) {
        return Flux.generate(sink -> {
            Tap.Taken taken = tap.take();
            if (taken.copies().isEmpty()) {
                sink.complete();
            } else {
                sink.next(page(taken));
            }
        });
    }

    private TapPage page(Tap.Taken taken) {
        return new TapPage(taken.copies().stream().map(this::copy).toList(), taken.dropped());
    }

    private TapPage.Copy copy(Tap.Copy copy) {
        Envelope envelope = copy.envelope();
        return new TapPage.Copy(decoder.apply(envelope.message()), copy.at(), envelope.expiresAt());
    }
}
