package io.qcmd.system;

import io.qcmd.bus.fleet.Resolution;
import io.qcmd.bus.fleet.Roster;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Target;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a target costs in a fleet of 100,000 minions, parsing included: 80,000 web, 20,000 db, in four data centres. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TargetResolverBenchmark {
    private record Minion(MinionId id, SessionRecord hello) implements Roster.Entry {}

    private static final int ROUNDS = 50;
    private static final String[] CENTRES = {"bj", "sh", "gz", "sz"};

    private final Roster fleet = new Roster(IntStream.range(0, 100_000)
            .mapToObj(TargetResolverBenchmark::minion)
            .sorted(Comparator.comparing(Minion::id))
            .toList());
    private final TargetResolver resolver =
            new TargetResolver(100_000, Map.of("web-bj", new Target("role=web and dc=bj"))::get);

    @Param({
        "web00042",
        "*",
        "web*",
        "*7",
        "web[00000-79999]",
        "~^db\\d+$",
        "~^web\\d+$",
        "~^(web|db)[0-9]*[13579]$",
        "role=web and dc=bj and not web00013",
        "os=debian*",
        "10.1.0.0/16",
        "@web-bj"
    })
    public String target = "";

    @Benchmark
    public Resolution resolve() {
        return resolver.resolve(new Target(target), fleet);
    }

    /** The same as CPU time of the thread, in milliseconds: true on a busy machine too. */
    public static void main(String... none) throws NoSuchFieldException {
        TargetResolverBenchmark benchmark = new TargetResolverBenchmark();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Param targets = TargetResolverBenchmark.class.getField("target").getAnnotation(Param.class);
        for (String target : targets.value()) {
            benchmark.target = target;
            double[] millis = new double[ROUNDS];
            int matched = 0;
            for (int i = 0; i < ROUNDS; i++) {
                long begun = threads.getCurrentThreadCpuTime();
                matched = benchmark.resolve().minions().size();
                millis[i] = (threads.getCurrentThreadCpuTime() - begun) / 1e6;
            }
            Arrays.sort(millis);
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %,7d minions  median %6.2f  min %6.2f%n",
                    target,
                    matched,
                    millis[ROUNDS / 2],
                    millis[0]);
        }
    }

    private static Minion minion(int i) {
        String role = i % 5 == 0 ? "db" : "web";
        Map<String, String> labels = Map.of("role", role, "dc", CENTRES[i / 5 % 4]);
        Map<String, String> facts = Map.of(
                "os", "debian",
                "os_version", "12",
                "os_name", "Debian GNU/Linux 12 (bookworm)",
                "kernel", "6.1.0-18-amd64",
                "arch", "amd64",
                "ipv4", "10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256);
        int number = role.equals("db") ? i / 5 : i - i / 5 - 1;
        return new Minion(
                new MinionId(String.format(Locale.ROOT, "%s%05d", role, number)),
                new SessionRecord(1, "epoch", 0, "boot", "one", "0.1.0", labels, facts));
    }
}
