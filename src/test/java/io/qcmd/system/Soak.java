package io.qcmd.system;

import io.qcmd.client.QcmdClient;
import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A bus and its agents as real processes, a client that keeps submitting, and rounds of faults, all drawn from one seed: the same seed breaks the same things in the
 * same order, though not in the same microsecond. Every few rounds all faults rest, and the {@link Oracle} judges. Not thread-safe.
 */
final class Soak {
    /** So that a fate falls due within half a minute, whatever happens. */
    private static final String[] BUS = {
        "ack_timeout: 2s", "kill_grace: 1s", "report_grace: 5s", "uncontrollable_after: 20s"
    };

    private static final String[] AGENT = {
        "ack_timeout: 2s", "kill_grace: 1s", "keep_alive_interval: 10s", "keep_alive_lifetime: 20s"
    };
    /** A leak shows as an end of the bus. */
    private static final Map<String, String> SMALL_HEAP = Map.of("JDK_JAVA_OPTIONS", "-Xmx256m");

    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final Duration TTL = Duration.ofSeconds(6);
    /** A long fault outlasts all that waits: sessions, TTLs, the time in which a fate is promised. */
    private static final int LONG_SECONDS = 60;
    /** For whatever has to come to an end; nothing waits longer. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Retry UNTIL_ANSWERED = Retry.fixedDelay(100, Duration.ofMillis(500))
            .filter(error -> error instanceof QcmdException told && told.code().retryable());
    /** What a server says when it did not expect something. */
    private static final Pattern ERROR = Pattern.compile("^\\S+ ERROR .*|^Exception .*|^java\\..*", Pattern.MULTILINE);

    private final House house;
    private final Oracle oracle;
    private final @Nullable Network network;
    private final int loss;
    private final Random random;
    private final SoakTally tally;
    private final Outages outages;
    private final List<String> minions;
    private final List<CompletableFuture<?>> submits = new ArrayList<>();
    private final Map<String, Weight> rest = new HashMap<>();
    private Program bus;
    /** How many long faults there were, from where the seed begins. */
    private int longOnes;

    /** Something that goes wrong, and how it is put right again. */
    private record Fault(String what, Runnable begin, Runnable end) {}

    /**
     * Starts a bus and agents, and waits until they rest.
     *
     * @param network null: no packets are lost
     * @param loss so many of 100 packets
     */
    Soak(House house, @Nullable Network network, int agents, int loss, long seed, SoakTally tally) {
        this.house = house;
        this.outages = new Outages();
        this.oracle = new Oracle(house, outages::due);
        this.network = network;
        this.loss = loss;
        this.random = new Random(seed);
        this.longOnes = Math.floorMod(seed, 3);
        this.tally = tally;
        this.minions = IntStream.rangeClosed(1, agents)
                .mapToObj(number -> String.format("a%02d", number))
                .toList();
        this.bus = house.startBus(SMALL_HEAP, BUS);
        awaitBus();
        minions.forEach(minion -> house.startAgent(minion, AGENT));
        awaitAll();
        oracle.start(oracle.run("*", Duration.ofMillis(100)));
        rest();
    }

    /** One round; what broke in it is whole again, though perhaps not yet connected, when it is over. */
    String round() {
        return round(faults(), () -> pass(random.nextInt(5) == 0 ? 4_000 : 1_500));
    }

    /** A round with a single fault, one kind after the other, that goes on for one to two minutes. */
    String longRound() {
        return round(
                new ArrayList<>(List.of(longFault())),
                () -> House.pass(Duration.ofSeconds(LONG_SECONDS + random.nextInt(LONG_SECONDS))));
    }

    private String round(List<Fault> faults, Runnable whileItIsBroken) {
        tally.round();
        int before = submits.size();
        submit(1 + random.nextInt(2));
        for (Fault fault : faults) {
            pass(300);
            fault.begin.run();
            submit(1 + random.nextInt(2));
        }
        whileItIsBroken.run();
        Collections.shuffle(faults, random);
        for (Fault fault : faults) {
            fault.end.run();
            pass(300);
        }
        submit(1);
        return String.join(", ", faults.stream().map(Fault::what).toList()) + "; " + (submits.size() - before)
                + " submits";
    }

    /** Waits until nothing is under way, and judges all that ever was. */
    String rest() {
        try {
            for (CompletableFuture<?> submit : submits) {
                submit.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            submits.clear();
            awaitAll();
            List<Testimony> seen = oracle.testimonies();
            List<String> wrong = oracle.objections(seen);
            tally.jobs(seen);
            tally.violations(wrong);
            if (network != null) {
                tally.lost(network.lost());
            }
            tally.leftOver((int) wrong.stream()
                    .filter(what -> what.contains(" left: ") || what.contains(" keeps "))
                    .count());
            weigh();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException | AssertionError e) {
            tally.violations(List.of("it hangs: " + e));
        }
        servers().forEach((name, server) -> look(name, server));
        return tally.isGreen() ? "rested; all is true" : "rested; " + tally.violations();
    }

    // What breaks

    /** At least one; at most one each of the bus, the agents and the network. */
    private List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        while (faults.isEmpty()) {
            int ofBus = random.nextInt(20);
            if (ofBus < 7) {
                faults.add(ofBus < 4 ? killBus() : freezeBus());
            }
            int ofAgents = random.nextInt(20);
            if (ofAgents < 11) {
                faults.add(ofAgents < 6 ? killAgents() : freezeAgents());
            }
            int ofNetwork = random.nextInt(20);
            if (network != null && ofNetwork < 9) {
                faults.add(ofNetwork < 6 ? lose(network, loss) : lose(network, 100));
            }
        }
        Collections.shuffle(faults, random);
        return faults;
    }

    private Fault longFault() {
        int kind = longOnes++ % (network == null ? 2 : 3);
        String what =
                List.of("SIGSTOP of the bus", "SIGSTOP of agents", "no network").get(kind);
        tally.fault(what + " for 1 to 2 minutes", 1);
        return switch (kind) {
            case 0 -> freezeBus();
            case 1 -> freezeAgents();
            default -> lose(Objects.requireNonNull(network), 100);
        };
    }

    private Fault killBus() {
        long[] since = new long[1];
        return new Fault(
                "kill bus",
                () -> {
                    tally.fault("kill -9 of the bus", 1);
                    since[0] = System.currentTimeMillis();
                    look("bus", bus);
                    bus.kill();
                },
                () -> {
                    bus = house.startBus(SMALL_HEAP, BUS);
                    awaitBus();
                    outages.add(since[0], System.currentTimeMillis());
                });
    }

    private Fault freezeBus() {
        long[] since = new long[1];
        return new Fault(
                "stop bus",
                () -> {
                    tally.fault("SIGSTOP of the bus", 1);
                    since[0] = System.currentTimeMillis();
                    bus.freeze();
                },
                () -> {
                    bus.thaw();
                    awaitBus();
                    outages.add(since[0], System.currentTimeMillis());
                });
    }

    /** Mostly one: a start costs most of a second of processor. */
    private Fault killAgents() {
        List<String> victims = some(random.nextInt(4) == 0 ? Math.max(1, minions.size() / 4) : 1);
        return new Fault(
                "kill " + String.join(" ", victims),
                () -> {
                    tally.fault("kill -9 of an agent", victims.size());
                    victims.forEach(victim -> {
                        look(victim, house.agent(victim));
                        house.agent(victim).kill();
                    });
                },
                () -> victims.forEach(victim -> house.startAgent(victim, AGENT)));
    }

    private Fault freezeAgents() {
        List<String> victims = some(Math.max(1, minions.size() / 2));
        return new Fault(
                "stop " + String.join(" ", victims),
                () -> {
                    tally.fault("SIGSTOP of an agent", victims.size());
                    victims.forEach(victim -> house.agent(victim).freeze());
                },
                () -> victims.forEach(victim -> house.agent(victim).thaw()));
    }

    private Fault lose(Network where, int percent) {
        String what = percent == 100 ? "no network" : percent + " % loss";
        return new Fault(
                what,
                () -> {
                    tally.losing(percent);
                    where.lose(percent);
                },
                () -> where.lose(0));
    }

    private List<String> some(int most) {
        List<String> all = new ArrayList<>(minions);
        Collections.shuffle(all, random);
        return all.subList(0, 1 + random.nextInt(most));
    }

    // What is asked for meanwhile

    private void submit(int jobs) {
        for (int i = 0; i < jobs; i++) {
            int more = List.of(0, 0, 0, 0, 0, 0, 600, 600, 30_000, 300_000).get(random.nextInt(10));
            boolean tooLong = random.nextInt(15) == 0;
            Duration length = Duration.ofMillis(tooLong ? 2_000 : random.nextInt(1_500));
            RunSpec run = oracle.run(target(), length, more)
                    .timeout(tooLong ? Duration.ofMillis(500) : TIMEOUT)
                    .expire(random.nextInt(7) == 0 ? Duration.ofMillis(800) : TTL)
                    .whenUncontrollable(
                            random.nextBoolean()
                                    ? Selection.WhenUncontrollable.QUEUE
                                    : Selection.WhenUncontrollable.FILTER)
                    .requestId("soak-" + tally.submit());
            boolean cancelled = random.nextInt(10) == 0;
            submits.add(accepted(run, more)
                    .flatMap(job ->
                            cancelled ? job.cancel().retryWhen(UNTIL_ANSWERED).then() : Mono.empty())
                    .toFuture());
        }
    }

    /** Until it is accepted, always with the same requestId: what was accepted without an answer reaching us is found again. */
    private Mono<StartedJob> accepted(RunSpec run, int more) {
        return run.start()
                .retryWhen(UNTIL_ANSWERED)
                .doOnNext(job -> oracle.note(job, more))
                .onErrorResume(error -> {
                    tally.refused();
                    return error instanceof QcmdException told && !told.code().retryable()
                            ? Mono.empty()
                            : Mono.error(error);
                });
    }

    private String target() {
        String one = minions.get(random.nextInt(minions.size()));
        return switch (random.nextInt(10)) {
            case 0, 1 -> "*";
            case 2, 3, 4 -> String.join(",", some(Math.max(1, minions.size() / 2)));
            default -> one;
        };
    }

    // What must hold

    /** A server that rests weighs what it weighed when it rested first. */
    private void weigh() {
        servers().forEach((name, server) -> {
            Weight now = Weight.of(server);
            Weight first = rest.putIfAbsent(name, now);
            if (first != null) {
                tally.violations(now.objections(first).stream()
                        .map(what -> name + " has " + what)
                        .toList());
            }
        });
    }

    /** A server that was not killed lives, and none ever logs an error. */
    private void look(String name, Program server) {
        if (!server.isAlive()) {
            tally.violations(List.of(name + " ended by itself: " + server));
        }
        tally.violations(ERROR.matcher(server.err())
                .results()
                .map(line -> name + " says: " + line.group())
                .toList());
    }

    private Map<String, Program> servers() {
        Map<String, Program> servers = new HashMap<>();
        minions.forEach(minion -> servers.put(minion, house.agent(minion)));
        servers.put("bus", bus);
        return servers;
    }

    private void awaitBus() {
        Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> House.answer(client().status()) != null);
    }

    /** Each of them answers a ping, and is controllable. */
    private void awaitAll() {
        try {
            Awaitility.await().atMost(LIMIT).ignoreExceptions().until(() -> {
                List<PingPage.Pong> pongs = House.answer(client().minions()
                        .ping(new Target("*"), Duration.ofSeconds(2))
                        .collectList());
                return pongs.stream().filter(pong -> pong.micros() >= 0).count() == minions.size();
            });
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("not all agents are back within " + LIMIT, e);
        }
    }

    private QcmdClient client() {
        return house.client();
    }

    private void pass(int mostMillis) {
        House.pass(Duration.ofMillis(1 + random.nextInt(mostMillis)));
    }
}
