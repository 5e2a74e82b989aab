package io.qcmd.bus;

import io.qcmd.protocol.config.Address;
import io.qcmd.protocol.config.ConfigFile;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Pace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What bus.yaml says; each component is the key of the same name in snake_case, explained there with unit, default and bounds. Made by {@link #of}. Limits that
 * guard the bus against its peers can be lowered, not raised.
 *
 * @param agents where agents connect
 * @param clients where clients connect by TCP
 * @param socket where clients connect on this host; without the key {@code /run/qcmd/bus.sock} for the data of an installed bus, else inside its data
 * @param data the directory of the store, made with mode 0700
 * @param store which ledger is kept
 * @param insecurePlaintextOnEveryNetwork whether agents and clients may listen beyond loopback although nothing is encrypted
 * @param insecureTcpClientsAreAdmin whether a client that comes by TCP, and so cannot prove who it is, may do everything
 * @param maxMessageExpiredTime the longest a message waits for its minion
 * @param channelCapacity messages that wait for one minion
 * @param tapCapacity copies that wait for the reader of one tap
 * @param tapsPerTopic taps open on one minion
 * @param ackTimeout how long a session may owe READY or REFUSED, an agent's READY its GO
 * @param killGrace what completesBy allows an agent between TERM and KILL
 * @param reportGrace what completesBy allows for the way of a result
 * @param sweepInterval between two looks at everything that expires
 * @param liveJobs jobs that are not complete
 * @param targetsPerJob minions of one job
 * @param liveTargets targets of all live jobs
 * @param storeQueue writes that wait for the store
 * @param storeReadQueue reads that wait for the store
 * @param storeBytes the largest size of its database
 * @param outputPool bytes of output under way from all agents
 * @param agentSessions agents connected
 * @param clientSessions clients connected
 * @param firstFrameTimeout how long they may take for it
 * @param clientStreams streams open on one client session
 * @param clientRequestsPerSecond new requests on one client session; above it the answer is BUSY
 * @param agentBacklog bytes waiting for one agent to read them
 * @param clientBacklog bytes waiting for one client to read them
 * @param stallTimeout how long a peer may read nothing while bytes wait
 */
public record BusSettings(
        Address agents,
        Address clients,
        Path socket,
        Path data,
        Store store,
        boolean insecurePlaintextOnEveryNetwork,
        boolean insecureTcpClientsAreAdmin,
        Duration maxMessageExpiredTime,
        int channelCapacity,
        int tapCapacity,
        int tapsPerTopic,
        Duration ackTimeout,
        Duration killGrace,
        Duration reportGrace,
        Duration sweepInterval,
        int liveJobs,
        int targetsPerJob,
        int liveTargets,
        int storeQueue,
        int storeReadQueue,
        long storeBytes,
        long outputPool,
        int agentSessions,
        int clientSessions,
        Duration firstFrameTimeout,
        int clientStreams,
        int clientRequestsPerSecond,
        long agentBacklog,
        long clientBacklog,
        Duration stallTimeout) {

    private static final Path INSTALLED = Path.of("/var/lib/qcmd");
    /** The kernel takes 107 bytes; some are left for the names of temporary sockets beside it. */
    private static final int LONGEST_SOCKET = 100;

    /** The ledger's adapters. */
    public enum Store {
        SQLITE,
        MEMORY
    }

    /** Asks the file for every key; whatever else stands in it is an error. */
    public static BusSettings of(ConfigFile config) {
        Path data = config.path("data", INSTALLED);
        BusSettings settings = new BusSettings(
                config.address("agents", "127.0.0.1:7505"),
                config.address("clients", "127.0.0.1:7506"),
                config.path(
                        "socket", data.equals(INSTALLED) ? Path.of("/run/qcmd/bus.sock") : data.resolve("bus.sock")),
                data,
                config.choice("store", Store.SQLITE),
                config.flag("insecure_plaintext_on_every_network", false),
                config.flag("insecure_tcp_clients_are_admin", false),
                config.duration("max_message_expired_time", "300s", "1s", "24h"),
                config.number("channel_capacity", 256, 1, 256),
                config.number("tap_capacity", 256, 1, 256),
                config.number("taps_per_topic", 4, 1, 4),
                config.duration("ack_timeout", "10s", "100ms", "5m"),
                config.duration("kill_grace", "5s", "0s", "1m"),
                config.duration("report_grace", "30s", "1s", "1h"),
                config.duration("sweep_interval", "100ms", "10ms", "1s"),
                config.number("live_jobs", 1_000, 1, 1_000),
                config.number("targets_per_job", 100_000, 1, 100_000),
                config.number("live_targets", 1_000_000, 1, 1_000_000),
                config.number("store_queue", 10_000, 100, 10_000),
                config.number("store_read_queue", 10_000, 100, 10_000),
                config.bytes("store_bytes", "1024GiB", "16MiB", "1024GiB"),
                config.bytes("output_pool", "256MiB", "1MiB", "256MiB"),
                config.number("agent_sessions", 20_000, 1, 100_000),
                config.number("client_sessions", 1_000, 1, 10_000),
                config.duration("first_frame_timeout", "5s", "100ms", "5s"),
                config.number("client_streams", 64, 1, 64),
                config.number("client_requests_per_second", 2_000, 1, 2_000),
                config.bytes("agent_backlog", "2MiB", "1MiB", "2MiB"),
                config.bytes("client_backlog", "4MiB", "1MiB", "4MiB"),
                config.duration("stall_timeout", "30s", "1s", "30s"));
        config.done();
        settings.check(config);
        return settings;
    }

    /** The rules of a guard with the numbers of the config. */
    GuardRules limit(GuardRules rules) {
        boolean agents = rules.side() == GuardRules.Side.AGENT_AT_BUS;
        return new GuardRules(
                rules.side(),
                rules.frameBytes(),
                rules.sentFrameBytes(),
                firstFrameTimeout,
                agents ? rules.openStreams() : clientStreams,
                agents ? rules.requests() : new Pace(clientRequestsPerSecond, clientRequestsPerSecond),
                rules.streamDemand(),
                rules.channelDemand(),
                (int) (agents ? agentBacklog : clientBacklog),
                stallTimeout);
    }

    private void check(ConfigFile config) {
        checkReach(config, "agents", agents);
        checkReach(config, "clients", clients);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET) {
            String rule = "has " + length + " bytes; a Unix socket's path has at most " + LONGEST_SOCKET;
            throw config.invalid("socket", rule);
        }
    }

    private void checkReach(ConfigFile config, String key, Address address) {
        if (!address.isLoopback() && !insecurePlaintextOnEveryNetwork) {
            throw config.invalid(
                    key,
                    "is no loopback address, and nothing is encrypted yet: whoever can reach it reads and runs commands; use 127.0.0.1,"
                            + " or insecure_plaintext_on_every_network: true to accept that");
        }
    }
}
