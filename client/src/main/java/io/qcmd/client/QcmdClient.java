package io.qcmd.client;

import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.Target;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection to one Qcmd bus. Thread-safe; make one per application and keep it. Connects when first used and again after the connection broke.
 *
 * <p>Every method that returns a Mono or Flux is cold: nothing is sent before a subscription, each subscription is a request of its own, nothing blocks, and
 * demand is honoured end to end. Errors are {@link io.qcmd.protocol.QcmdException}s, the bus's own and the client's: UNREACHABLE when no connection could be
 * made, TIMED_OUT when the bus was silent for longer than the request timeout. A request whose connection broke is sent again by itself.
 *
 * <pre>{@code
 * try (QcmdClient qcmd = QcmdClient.create()) {
 *     qcmd.run(new Target("role=web")).shell("uname -r").timeout(Duration.ofSeconds(30)).results()
 *             .filter(result -> !(result instanceof TargetResult.Succeeded))
 *             .doOnNext(bad -> log.warn("{}", bad))
 *             .then().block();
 * }
 * }</pre>
 */
public interface QcmdClient extends AutoCloseable {
    /** A client of the bus that {@link BusUrl#find} finds. */
    static QcmdClient create() {
        return builder().build();
    }

    static Builder builder() {
        return new ClientBuilder();
    }

    /** The bus at a glance. */
    Mono<BusStatus> status();

    /** The round trip to the bus, the connection included when there was none. */
    Mono<Duration> ping();

    /** What is to be run on these minions; nothing is sent before {@link RunSpec#start()} or a stream is subscribed to. */
    RunSpec run(Target target);

    /**
     * A handle to any job, also one started elsewhere. Sends nothing.
     *
     * @param reference 26 characters, any longer unique suffix of 6 or more, {@code @last}, {@code @-2}; else JOB_ID_INVALID is thrown
     */
    Job job(String reference);

    /** The newest jobs first, at most this many (1 to 10,000). */
    default Flux<JobInfo> jobs(int newest) {
        return jobs(JobQuery.newest(newest));
    }

    /** The newest of the jobs that are meant. */
    Flux<JobInfo> jobs(JobQuery query);

    Minions minions();

    Groups groups();

    /** Closes the connection: requests under way end with UNREACHABLE. Running jobs go on. */
    @Override
    void close();

    /** Settings of a client. Not thread-safe. */
    interface Builder {
        /** {@code rsocket://host:port} or {@code rsocket+unix:/path}; by default what {@link BusUrl#find} finds. */
        Builder bus(String url);

        /** How long making a connection may take; 5 s by default. */
        Builder connectTimeout(Duration limit);

        /** How long the answer to a question may take, reconnects included; 30 s by default. Streams have no such limit. */
        Builder requestTimeout(Duration limit);

        /** A malformed URL: BAD_REQUEST is thrown. */
        QcmdClient build();
    }
}
