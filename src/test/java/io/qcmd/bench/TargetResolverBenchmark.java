package io.qcmd.bench;

import io.qcmd.bus.fleet.Resolution;
import io.qcmd.bus.fleet.Roster;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.protocol.Target;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

/** What a target costs in a fleet of 100,000 minions, parsing included, where nothing else runs; {@link TargetsBench} is for a busy machine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TargetResolverBenchmark {
    static final int MINIONS = 100_000;

    private final Roster fleet = SampleFleet.of(MINIONS);
    private final TargetResolver resolver = resolver();

    @Param({
        "web00042",
        "*",
        "web*",
        "*7",
        "web[00000-79999]",
        "~^db\\d+$",
        "~^web\\d+$",
        "~^(web|db)[0-9]*[13579]$",
        "~\\d*(7|42)-?x?$",
        "role=web and dc=bj and not web00013",
        "os=debian*",
        "10.1.0.0/16",
        "2001:db8:1::/48",
        "@web-bj"
    })
    public String target = "";

    @Benchmark
    public Resolution resolve() {
        return resolver.resolve(new Target(target), fleet);
    }

    /** Knows one group. */
    static TargetResolver resolver() {
        return new TargetResolver(MINIONS, Map.of("web-bj", new Target("role=web and dc=bj"))::get);
    }

    static List<String> targets() {
        try {
            return List.of(TargetResolverBenchmark.class
                    .getField("target")
                    .getAnnotation(Param.class)
                    .value());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}
