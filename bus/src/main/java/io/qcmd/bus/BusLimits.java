package io.qcmd.bus;

import io.qcmd.protocol.config.ConfigFile;
import io.qcmd.transport.Entrance;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Pace;
import java.time.Duration;

/**
 * How much of everything: the one place of the limits that guard the bus against its peers and against its own success. Each has a key, a default and a hard maximum;
 * an operator may lower it. The sizes of frames and documents have no key: they belong to the wire ({@link io.qcmd.protocol.Limits}), the guard and the codec.
 * docs/operations.md has the table for operators.
 */
public record BusLimits(Work work, Sessions sessions, Peers peers, Lag lag) {
    static BusLimits of(ConfigFile config) {
        return new BusLimits(Work.of(config), Sessions.of(config), Peers.of(config), Lag.of(config));
    }

    /**
     * How much work there may be.
     *
     * @param liveJobs jobs that are not complete
     * @param targetsPerJob minions of one job
     * @param liveTargets targets of all live jobs
     * @param submitsPerSecond new jobs of one user
     * @param groups saved targets
     * @param outputPool bytes of output under way from all agents
     */
    public record Work(
            int liveJobs, int targetsPerJob, int liveTargets, int submitsPerSecond, int groups, long outputPool) {
        static Work of(ConfigFile config) {
            return new Work(
                    config.number("live_jobs", 1_000, 1, 1_000),
                    config.number("targets_per_job", 100_000, 1, 100_000),
                    config.number("live_targets", 1_000_000, 1, 1_000_000),
                    config.number("submits_per_second", 10_000, 1, 10_000),
                    config.number("groups", 1_000, 1, 10_000),
                    config.bytes("output_pool", "256MiB", "1MiB", "256MiB"));
        }
    }

    /**
     * Who may come in.
     *
     * @param agentSessions agents connected
     * @param clientSessions clients connected
     * @param sessionsPerUser clients of one user connected
     * @param sessionsPerAddress connections from one address of another host
     * @param connectionsPerSecond connections that are accepted over TCP
     * @param unfinishedHandshakes connections whose SETUP was not answered yet
     * @param handshakesPerCore those of them whose SETUP is being answered, for each core of the bus; the others wait
     * @param firstFrameTimeout how long a connection may take for its first frame
     * @param helloTimeout how long an agent may take for HELLO, from SETUP to its last page
     * @param reconnectsPerSecond at which rate agents are told to come back
     */
    public record Sessions(
            int agentSessions,
            int clientSessions,
            int sessionsPerUser,
            int sessionsPerAddress,
            int connectionsPerSecond,
            int unfinishedHandshakes,
            int handshakesPerCore,
            Duration firstFrameTimeout,
            Duration helloTimeout,
            int reconnectsPerSecond) {
        static Sessions of(ConfigFile config) {
            return new Sessions(
                    config.number("agent_sessions", 20_000, 1, 100_000),
                    config.number("client_sessions", 1_000, 1, 10_000),
                    config.number("sessions_per_user", 32, 1, 32),
                    config.number("sessions_per_address", 1_024, 1, 100_000),
                    config.number("connections_per_second", 5_000, 1, 5_000),
                    config.number("unfinished_handshakes", 2_000, 1, 2_000),
                    config.number("handshakes_per_core", 8, 1, 8),
                    config.duration("first_frame_timeout", "5s", "100ms", "5s"),
                    config.duration("hello_timeout", "30s", "1s", "5m"),
                    config.number("reconnects_per_second", 400, 1, 5_000));
        }
    }

    /**
     * What one of them may do.
     *
     * @param clientStreams streams open on one client session
     * @param clientRequestsPerSecond new requests on one client session
     * @param agentBacklog bytes waiting for one agent to read them
     * @param clientBacklog bytes waiting for one client to read them
     * @param stallTimeout how long a peer may read nothing while bytes wait
     */
    public record Peers(
            int clientStreams,
            int clientRequestsPerSecond,
            long agentBacklog,
            long clientBacklog,
            Duration stallTimeout) {
        static Peers of(ConfigFile config) {
            return new Peers(
                    config.number("client_streams", 64, 1, 64),
                    config.number("client_requests_per_second", 2_000, 1, 2_000),
                    config.bytes("agent_backlog", "2MiB", "1MiB", "2MiB"),
                    config.bytes("client_backlog", "4MiB", "1MiB", "4MiB"),
                    config.duration("stall_timeout", "30s", "1s", "30s"));
        }
    }

    /**
     * How far the event loops may be behind, for a second without a break.
     *
     * @param eventLoopLagOfViews from here on live output waits
     * @param eventLoopLagLimit from here on there are no new jobs
     * @param eventLoopLagOfSessions from here on there are no new connections over TCP
     */
    public record Lag(Duration eventLoopLagOfViews, Duration eventLoopLagLimit, Duration eventLoopLagOfSessions) {
        static Lag of(ConfigFile config) {
            return new Lag(
                    config.duration("event_loop_lag_of_views", "100ms", "50ms", "10s"),
                    config.duration("event_loop_lag_limit", "200ms", "50ms", "10s"),
                    config.duration("event_loop_lag_of_sessions", "1s", "50ms", "1m"));
        }
    }

    /** What the entrance of all doors is told. */
    Entrance.Limits entrance() {
        return new Entrance.Limits(
                sessions.sessionsPerAddress(),
                sessions.connectionsPerSecond(),
                sessions.unfinishedHandshakes(),
                sessions.handshakesPerCore() * Runtime.getRuntime().availableProcessors(),
                sessions.firstFrameTimeout(),
                lag.eventLoopLagOfSessions());
    }

    /** The rules of a guard with these numbers. */
    GuardRules of(GuardRules rules) {
        boolean agents = rules.side() == GuardRules.Side.AGENT_AT_BUS;
        int requests = peers.clientRequestsPerSecond();
        return new GuardRules(
                rules.side(),
                rules.frameBytes(),
                rules.sentFrameBytes(),
                sessions.firstFrameTimeout(),
                agents ? rules.openStreams() : peers.clientStreams(),
                agents ? rules.requests() : new Pace(requests, requests),
                rules.streamDemand(),
                rules.channelDemand(),
                (int) (agents ? peers.agentBacklog() : peers.clientBacklog()),
                peers.stallTimeout());
    }
}
