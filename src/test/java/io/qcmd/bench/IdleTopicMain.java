package io.qcmd.bench;

import io.qcmd.bus.topic.ChannelSettings;
import io.qcmd.bus.topic.Envelope;
import io.qcmd.bus.topic.Link;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.MinionId;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import reactor.core.publisher.BaseSubscriber;

/** Measures an idle Topic with its Channel and the stream of a session that has asked for a message: {@code bytes} tells the heap of one. */
final class IdleTopicMain {
    private static final int TOPICS = 100_000;
    private static final Link NOBODY = new Link() {
        @Override
        public void send(Control control) {}

        @Override
        public Executor loop() {
            return Runnable::run;
        }

        @Override
        public void close(String reason) {}
    };

    private IdleTopicMain() {}

    public static void main(String[] args) throws IOException {
        new Orders().on("bytes", words -> String.valueOf(bytes())).obey();
    }

    private static long bytes() throws IOException {
        List<MinionId> minions = new ArrayList<>(TOPICS);
        for (int i = 0; i < TOPICS; i++) {
            minions.add(new MinionId("web-" + i));
        }
        Topics topics = new Topics(
                new ChannelSettings(256, Duration.ofSeconds(10), Clock.systemUTC()),
                (job, minion, next, reason) -> true);
        List<BaseSubscriber<Envelope>> streams = new ArrayList<>(TOPICS);
        long before = Footprint.afterCollection().heap();
        for (MinionId minion : minions) {
            BaseSubscriber<Envelope> stream = new BaseSubscriber<>() {};
            topics.open(minion).channel().envelopes(NOBODY).subscribe(stream);
            streams.add(stream);
        }
        return (Footprint.afterCollection().heap() - before) / streams.size();
    }
}
