package io.qcmd.client;

import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.Target;
import java.nio.file.Path;
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
    /**
     * A client of the bus that this user works with: the first of {@code QCMD_BUS}, the profile that {@code QCMD_PROFILE} names or that is the current one in
     * {@code $XDG_CONFIG_HOME/qcmd/config.yaml}, and what {@link BusUrl#find} finds. What cannot be read: CONFIG_INVALID is thrown.
     */
    static QcmdClient create() {
        return builder().build();
    }

    static Builder builder() {
        String home = System.getProperty("qcmd.home");
        return new ClientBuilder(System.getenv(), home == null ? null : Path.of(home));
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
        /** {@code rsocket://host:port} or {@code rsocket+unix:/path}; by default that of {@link QcmdClient#create}. */
        Builder bus(String url);

        /**
         * A profile of this user, which then stands above the environment. Its bus and its time to connect are taken, each unless it is named here; the rest of
         * it is for the command line.
         */
        Builder profile(String name);

        /** How long making a connection may take; by default what the profile says, else 5 s. */
        Builder connectTimeout(Duration limit);

        /** How long the answer to a question may take, reconnects included; 30 s by default. Streams have no such limit. */
        Builder requestTimeout(Duration limit);

        /** A malformed URL: BAD_REQUEST is thrown. No such profile, or none that can be read: CONFIG_INVALID. */
        QcmdClient build();
    }
}
