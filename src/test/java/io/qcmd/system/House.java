package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.Job;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.RunSpec;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A bus, its agents and the command line as real processes, started by the launcher as a user starts them, in one directory and on free ports of loopback.
 * Closing it ends all of them, whatever state a test left them in, and is an error when a process of any of its commands is still there.
 *
 * <pre>{@code
 * try (House house = new House(directory)) {
 *     house.startBus("channel_capacity: 4");
 *     Program web1 = house.startAgent("web1");
 *     house.awaitUp("web1");
 *     web1.freeze();
 *     House.Answer answer = house.qcmd("run", "web1", "--timeout", "8s", "--", "touch marker");
 * }
 * }</pre>
 */
final class House implements AutoCloseable {
    /** Generous: the machine may be busy with other things. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    static final Path LAUNCHER = Path.of(System.getProperty("basedir", ""))
            .resolve("../../qcmd")
            .toAbsolutePath()
            .normalize();

    private final Path directory;
    private final boolean watched;
    private final @Nullable Network network;
    private final int agentPort = freePort();
    private final int clientPort = freePort();
    /** Youngest first: agents end before the bus. */
    private final Deque<Program> programs = new ArrayDeque<>();

    private final Map<String, Program> agents = new HashMap<>();
    private final Map<Program, Watch> watches = new LinkedHashMap<>();

    private int calls;
    private @Nullable Program bus;
    private @Nullable QcmdClient client;

    /** The archive of the command line, which its first start would make in the background, where the end of a house would find it. */
    private static final class Archive {
        static final boolean IS_MADE = make();

        private static boolean make() {
            ProcessBuilder launcher = new ProcessBuilder(LAUNCHER.toString(), "--version");
            launcher.environment().put("QCMD_ARCHIVE", "now");
            launcher.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            try {
                return launcher.start().onExit().join().exitValue() == 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** What a verb said. */
    record Answer(int exit, String out, String err) {}

    /** Everything it makes is inside of the directory; the path must be short enough for a socket. */
    House(Path directory) {
        this(directory, false, null);
    }

    /** A house whose servers see each other over this network alone; clients reach the bus by its Unix socket. */
    House(Path directory, Network network) {
        this(directory, false, network);
    }

    private House(Path directory, boolean watched, @Nullable Network network) {
        this.directory = directory;
        this.watched = watched;
        this.network = network;
        assertThat(Archive.IS_MADE).isTrue();
    }

    /** A house with a {@link Watchman} in each server, which takes some seconds more to start: closing it fails when one of them blocked or leaked. */
    static House watched(Path directory) {
        return new House(directory, true, null);
    }

    /** Where clients find the bus. */
    String url() {
        return "rsocket+unix:" + directory.resolve("bus.sock");
    }

    /** Where agents find the bus, and attackers too. */
    int agentPort() {
        return agentPort;
    }

    int clientPort() {
        return clientPort;
    }

    /** Starts the bus, again on its old data if there was one. The lines are added to its bus.yaml. */
    Program startBus(String... lines) {
        return startBus(Map.of(), lines);
    }

    Program startBus(Map<String, String> environment, String... lines) {
        return startBus(List.of(), environment, lines);
    }

    /** @param starter the program, with its arguments, that starts the launcher: one that gives it a limit or a namespace, and becomes it */
    Program startBus(List<String> starter, Map<String, String> environment, String... lines) {
        bus = startServer(
                starter,
                environment,
                "bus",
                "bus",
                Stream.of(
                        "agents: 127.0.0.1:" + agentPort,
                        "clients: 127.0.0.1:" + clientPort,
                        "socket: " + directory.resolve("bus.sock"),
                        "data: " + directory.resolve("bus"),
                        // On a slow machine a minion that a test has stopped would be left out of its next run.
                        "uncontrollable_after: 1h"),
                lines);
        return bus;
    }

    /** The environment of a server that fails at this instant, when it comes there for the n-th time. */
    static Map<String, String> failing(FailPoint instant, String how, int n) {
        return Map.of("JDK_JAVA_OPTIONS", "-Dqcmd.failpoint=" + instant + ":" + how + ":" + n);
    }

    /** Starts the agent of a minion, again on its old data if there was one. The lines are added to its agent.yaml. */
    Program startAgent(String minion, String... lines) {
        return startAgent(minion, Map.of(), lines);
    }

    Program startAgent(String minion, Map<String, String> environment, String... lines) {
        return startAgent(List.of(), minion, environment, lines);
    }

    /** @param starter see {@link #startBus(List, Map, String...)} */
    Program startAgent(List<String> starter, String minion, Map<String, String> environment, String... lines) {
        Program agent = startServer(
                starter,
                environment,
                "agent",
                minion,
                Stream.of(
                        "bus: 127.0.0.1:" + agentPort,
                        "minion: " + minion,
                        "data: " + agentData(minion),
                        "reconnect_first: 100ms",
                        "reconnect_longest: 1s",
                        // With it the last results are settled, and dropped from the disk of the agent.
                        "health_interval: 1s"),
                lines);
        agents.put(minion, agent);
        return agent;
    }

    /** Starts the agent of a minion again with its last settings, on a host that says of itself that it was booted anew. Needs root. */
    Program startAgentInAnotherBoot(String minion) {
        Path boot = file(minion + ".boot");
        try {
            Files.writeString(boot, UUID.randomUUID() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String mount = "mount --bind " + boot + " /proc/sys/kernel/random/boot_id && exec \"$0\" \"$@\"";
        Program agent = launch(
                minion,
                Map.of(),
                List.of("unshare", "--mount", "sh", "-c", mount),
                "agent",
                "--config",
                file(minion + ".yaml").toString());
        agents.put(minion, agent);
        return agent;
    }

    /** The agent of a minion that was started last. */
    Program agent(String minion) {
        return Objects.requireNonNull(agents.get(minion));
    }

    /** TERM to the agent of a minion; returns when the bus knows. */
    void stopAgent(String minion) {
        Objects.requireNonNull(agents.remove(minion)).close();
        awaitDown(minion);
    }

    /** Runs a verb to its end, as in a shell without a terminal. */
    Answer qcmd(String... words) {
        try (Program program = start(words)) {
            int exit = program.exit(LIMIT);
            return new Answer(exit, program.out(), program.err());
        }
    }

    /** Runs a verb to its end with this file as its stdin. */
    Answer qcmdReading(Path stdin, String... words) {
        calls++;
        List<String> line = Stream.concat(
                        Stream.of(
                                "sh",
                                "-c",
                                "in=$1; shift; exec \"$0\" \"$@\" < \"$in\"",
                                LAUNCHER.toString(),
                                stdin.toString()),
                        Stream.of(words))
                .toList();
        try (Program program = Program.start(directory, "call-" + calls, environment(), line)) {
            int exit = program.exit(LIMIT);
            return new Answer(exit, program.out(), program.err());
        }
    }

    /** Starts a verb; its output can be read while it runs. */
    Program start(String... words) {
        calls++;
        return launch("call-" + calls, environment(), words);
    }

    /** Whoever runs this keeps profiles of their own. */
    private Map<String, String> environment() {
        String own = directory.resolve("xdg").toString();
        return Map.of("QCMD_BUS", url(), "XDG_CONFIG_HOME", own, "XDG_CACHE_HOME", own);
    }

    /** Runs a verb in a terminal of this size. */
    Terminal terminal(int columns, int lines, String... words) {
        return terminal(columns, lines, Map.of(), words);
    }

    Terminal terminal(int columns, int lines, Map<String, String> environment, String... words) {
        Map<String, String> all = new HashMap<>(environment());
        all.putAll(environment);
        List<String> line =
                Stream.concat(Stream.of(LAUNCHER.toString()), Stream.of(words)).toList();
        return Terminal.start(directory, columns, lines, all, line);
    }

    /** The Flux API on this bus, over its Unix socket. It finds the bus again after a restart. */
    QcmdClient client() {
        if (client == null) {
            client = QcmdClient.builder().bus(url()).build();
        }
        return client;
    }

    RunSpec run(String target) {
        return client().run(new Target(target));
    }

    /** What the bus says; an error when it says nothing in time. */
    static <T> T answer(Mono<T> question) {
        return question.blockOptional(LIMIT).orElseThrow();
    }

    /** The end of a job with one target. */
    TargetResult result(RunSpec run) {
        return answer(run.results().single());
    }

    JobInfo newestJob() {
        return answer(client().jobs(1).single());
    }

    MinionInfo minion(String id) {
        return answer(client().minions().get(id));
    }

    /** Waits until a command of the job runs; what it does before its first output has then happened or not. */
    void awaitOutput(Job job) {
        assertThat(job.output().blockFirst(LIMIT)).isNotNull();
    }

    /** Lets a fault go on for so long. */
    static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plus(LIMIT)).until(() -> true);
    }

    void awaitDown(String minion) {
        await().atMost(LIMIT).until(() -> minion(minion).presence() == Presence.DOWN);
    }

    /** Waits until the bus answers. */
    void awaitBus() {
        await().atMost(LIMIT).ignoreExceptions().until(() -> answer(client().status()) != null);
    }

    /** Waits until each of them answers a ping. */
    void awaitUp(String... minions) {
        Target all = new Target(String.join(",", minions));
        await().atMost(watched ? LIMIT.multipliedBy(4) : LIMIT)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    List<PingPage.Pong> pongs = answer(
                            client().minions().ping(all, Duration.ofSeconds(1)).collectList());
                    assertThat(pongs).as("%s", programs).hasSize(minions.length).allMatch(pong -> pong.micros() >= 0);
                });
    }

    /** The data directory of the agent of a minion. */
    Path agentData(String minion) {
        return directory.resolve("agent-" + minion);
    }

    /** Where a command of a test may leave its marks. */
    Path file(String name) {
        return directory.resolve(name);
    }

    @Override
    public void close() {
        List<String> jobs = List.of();
        try {
            jobs = jobs();
        } finally {
            if (client != null) {
                client.close();
            }
            lookForLeaks();
            programs.forEach(Program::close);
        }
        Processes.awaitNoneOf(new HashSet<>(jobs));
        watches.values().forEach(Watch::assertNothingFound);
        assertThat(Processes.mentioning(directory.toString())).isEmpty();
    }

    /** What has ended before cannot be asked. */
    private void lookForLeaks() {
        watches.forEach((server, watch) -> {
            if (server.isAlive()) {
                server.thaw();
                memory(server);
            }
        });
    }

    /** Bytes of heap and direct buffers that a server of a watched house has in use, without garbage. */
    long memory(Program server) {
        try {
            return Objects.requireNonNull(watches.get(server)).memory();
        } catch (IOException e) {
            throw new UncheckedIOException(server.toString(), e);
        }
    }

    private List<String> jobs() {
        return bus == null || !bus.isAlive()
                ? List.of()
                : answer(client().jobs(10_000).map(job -> job.job().toString()).collectList());
    }

    private Program startServer(
            List<String> starter,
            Map<String, String> environment,
            String role,
            String name,
            Stream<String> own,
            String... lines) {
        Path settings = directory.resolve(name + ".yaml");
        try {
            Stream<String> kept = own.filter(line -> Stream.of(lines).noneMatch(other -> hasSameKey(line, other)));
            Files.write(settings, Stream.concat(kept, Stream.of(lines)).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String[] words = {role, "--config", settings.toString()};
        return watched ? launchWatched(name, environment, words) : launch(name, environment, starter, words);
    }

    private Program launchWatched(String name, Map<String, String> environment, String... words) {
        Watch watch = Watch.in(directory, name + "-" + watches.size());
        Map<String, String> added = new HashMap<>(environment);
        added.merge("JDK_JAVA_OPTIONS", watch.options(), (given, options) -> given + " " + options);
        Program server = launch(name, added, words);
        watches.put(server, watch);
        return server;
    }

    private static boolean hasSameKey(String line, String other) {
        return line.substring(0, line.indexOf(':') + 1).equals(other.substring(0, other.indexOf(':') + 1));
    }

    private Program launch(String name, Map<String, String> environment, String... words) {
        return launch(name, environment, List.of(), words);
    }

    private Program launch(String name, Map<String, String> environment, List<String> before, String... words) {
        List<String> inside = network == null ? List.of() : network.inside();
        List<String> line = Stream.of(inside, before, List.of(LAUNCHER.toString()), List.of(words))
                .flatMap(List::stream)
                .toList();
        Program program = Program.start(directory, name, environment, line);
        programs.addFirst(program);
        return program;
    }

    // Free when asked; that nobody takes it until the bus does is likely enough on loopback.
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
