package io.qcmd.bus.topic;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** All Topics, by minion, and the one sweep that they share: no timer per message, no thread per minion. Thread-safe. */
public final class Topics {
    private final Map<MinionId, Topic> topics = new ConcurrentHashMap<>();
    private final ChannelSettings settings;
    private final Fates fates;

    public Topics(ChannelSettings settings, Fates fates) {
        this.settings = settings;
        this.fates = fates;
    }

    /** The Topic of a minion that is being enrolled, or was. */
    public Topic open(MinionId minion) {
        return topics.computeIfAbsent(minion, id -> new Topic(id, settings, fates));
    }

    /** The Topic of an enrolled minion; else MINION_NOT_FOUND. */
    public Topic topic(MinionId minion) {
        Topic topic = topics.get(minion);
        if (topic == null) {
            throw new QcmdException(ErrorCode.MINION_NOT_FOUND, "minion '" + minion + "' is not enrolled");
        }
        return topic;
    }

    /** The Topic of a minion; empty: it was forgotten before the bus started, and nothing waited for it any more. */
    public Optional<Topic> find(MinionId minion) {
        return Optional.ofNullable(topics.get(minion));
    }

    /** Hands one message to the Topics of all these minions; if one of them is not enrolled, MINION_NOT_FOUND and to none. */
    public void publish(Envelope envelope, Collection<MinionId> minions) {
        List<Topic> all = minions.stream().map(this::topic).toList();
        all.forEach(topic -> topic.put(envelope));
        Loops.each(
                all, topic -> topic.channel().loop(), topic -> topic.channel().offerNow());
    }

    /** Starts the shared sweep: expiry and {@code ack_timeout} of all Channels, every {@code interval}. */
    public Disposable sweep(Duration interval, Scheduler scheduler) {
        return scheduler.schedulePeriodically(this::expire, interval.toMillis(), interval.toMillis(), MILLISECONDS);
    }

    /** One sweep; idle Channels cost a look. */
    void expire() {
        long now = settings.now();
        for (Topic topic : topics.values()) {
            if (topic.channel().isDue(now)) {
                topic.channel().expire();
            }
        }
    }

    /** Evictions of all Channels. */
    public long dropped() {
        return topics.values().stream()
                .mapToLong(topic -> topic.channel().dropped())
                .sum();
    }

    /** Expiries of all Channels. */
    public long expired() {
        return topics.values().stream()
                .mapToLong(topic -> topic.channel().expired())
                .sum();
    }
}
