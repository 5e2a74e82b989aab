package io.qcmd.bench;

import io.qcmd.client.QcmdClient;
import io.qcmd.client.StartedJob;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** A real bus with simulated agents that have something to say, and command lines that look on. Not thread-safe. */
final class BigJob implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(20);
    /** Longer than a terminal is ever slow. */
    private static final Duration STOP = Duration.ofSeconds(2);

    private final Workplace place;
    private final Path directory;
    private final int minions;
    private final Duration longest;
    private final Child bus;
    private final Child agents;
    private final QcmdClient client;
    private int looks;

    /**
     * A job that somebody looked at.
     *
     * @param jobMillis from its submit to its last end, as the bus has it in its ledger
     */
    record Look(long jobMillis, Onlooker.Seen seen) {}

    /** @param longest a command takes a random time up to this */
    BigJob(Workplace place, int minions, Duration longest) {
        this.place = place;
        this.directory = place.room("bus");
        this.minions = minions;
        this.longest = longest;
        bus = Child.start(
                BusProcessMain.class,
                directory,
                Hallway.settings(directory, "agents: 127.0.0.1:0", "ack_timeout: 5m", "hello_timeout: 5m"));
        agents = Child.start(AgentsProcessMain.class, directory);
        // Only when it is there, its socket is.
        bus.ask("port");
        client = QcmdClient.builder().bus(url()).build();
    }

    private String url() {
        return "rsocket+unix:" + directory.resolve("bus.sock");
    }

    /** Connects all minions; seconds. */
    double connect() {
        return Long.parseLong(agents.ask("tell", minions, bus.ask("port"), longest.toMillis())) / 1e9;
    }

    /** The same job without anybody who looks on; milliseconds. */
    long alone() {
        StartedJob job = client.run(Target.ALL)
                .exec("uname", "-r")
                .timeout(LIMIT)
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
        return millis(job.accepted().job());
    }

    /** On a terminal that is read. */
    Look watched() throws IOException {
        return look("", onlooker -> {});
    }

    /** On a terminal, by a process that stands still from the first ends until after the last one. */
    Look stopped() throws IOException {
        return look("", onlooker -> {
            await(newest(), job -> job.counts().total() > job.counts().live());
            onlooker.stop();
            await(newest(), job -> job.endedAt() > 0);
            LiveBus.await(Mono.delay(STOP));
            onlooker.goOn();
        });
    }

    /** In a pipe whose reader goes away after the first line. */
    Look left() throws IOException {
        return look("| head -1", onlooker -> {});
    }

    private interface Meanwhile {
        void meet(Onlooker onlooker);
    }

    private Look look(String pipe, Meanwhile meanwhile) throws IOException {
        JobId before = newest().blockOptional(LIMIT).orElseThrow().job();
        looks++;
        try (Onlooker onlooker = Onlooker.start(place.room("look-" + looks), url(), pipe)) {
            JobId job = await(newest(), found -> !found.job().equals(before)).job();
            meanwhile.meet(onlooker);
            Onlooker.Seen seen = onlooker.end();
            return new Look(millis(job), seen);
        }
    }

    private Mono<JobInfo> newest() {
        return client.jobs(1).single();
    }

    private long millis(JobId job) {
        JobInfo end = await(client.job(job.toString()).info(), found -> found.endedAt() > 0);
        return end.endedAt() - end.acceptedAt();
    }

    private static JobInfo await(Mono<JobInfo> look, Predicate<JobInfo> isSo) {
        return look.repeatWhen(done -> done.delayElements(LOOK))
                .filter(isSo)
                .next()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @Override
    public void close() {
        client.close();
        agents.close();
        bus.close();
    }
}
