package io.qcmd.bus.topic;

import io.qcmd.protocol.MinionId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.BaseSubscriber;

/** Prints the heap bytes of an idle Topic with its Channel: alone, and with a session that has asked for a message. Run it with a fixed heap. */
final class FootprintMain {
    private static final int TOPICS = 100_000;

    private FootprintMain() {}

    public static void main(String[] args) {
        List<MinionId> minions = new ArrayList<>();
        for (int i = 0; i < TOPICS; i++) {
            minions.add(new MinionId("web-" + i));
        }
        Topics topics = new Topics(
                new ChannelSettings(256, Duration.ofSeconds(10), Clock.systemUTC()),
                (job, minion, next, reason) -> true);
        long before = used();
        minions.forEach(topics::open);
        long idle = used();
        List<BaseSubscriber<Envelope>> streams = new ArrayList<>(TOPICS);
        FakeSession link = new FakeSession(0);
        for (MinionId minion : minions) {
            BaseSubscriber<Envelope> stream = new BaseSubscriber<>() {};
            topics.topic(minion).channel().envelopes(link).subscribe(stream);
            streams.add(stream);
        }
        long connected = used();
        System.out.printf(
                "idle topic %d B, connected %d B more (%d streams)%n",
                (idle - before) / TOPICS, (connected - idle) / TOPICS, streams.size());
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
