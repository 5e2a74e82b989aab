package io.qcmd.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whole processes of the command line, from exec to exit, beside the least that a JVM takes. All take turns, so that what else the machine does meets all of them. */
@Command(
        name = "startup",
        mixinStandardHelpOptions = true,
        description = "How long the command line takes as a whole process, with and without its class-data archive.")
final class StartupBench implements Callable<Integer> {
    private static final double VERSION_MILLIS = 200;
    private static final double RUN_MILLIS = 300;
    private static final String FLOOR = "java -version";
    private static final String VERSION = "qcmd --version";
    private static final String RUN = "qcmd run " + RealAgent.MINION + " -- true";

    @Option(
            names = "--runs",
            defaultValue = "20",
            paramLabel = "N",
            description = "Of each process (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--warm-up", defaultValue = "3", paramLabel = "N", description = "Not counted (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--jdk",
            paramLabel = "DIR",
            description = "Only these; by default one of each release from 17 on that is installed.")
    private List<Path> homes = new ArrayList<>();

    @Mixin
    private Options options = new Options();

    /** One process that is started again and again. */
    private record Case(Jdk jdk, String what, boolean archive, List<String> words, Map<String, String> environment) {}

    private record Figure(String java, String what, boolean archive, Spread millis, double timesFloor) {}

    @Override
    public Integer call() throws IOException {
        if (runs < 1 || warmUp < 0) {
            throw options.refused(runs + " runs, " + warmUp + " to warm up: use 1 and 0 at least");
        }
        Collection<Jdk> jdks =
                homes.isEmpty() ? Jdk.installed() : homes.stream().map(Jdk::in).toList();
        List<Figure> figures = new ArrayList<>();
        try (Workplace place = Workplace.in(null);
                RealBus bus = RealBus.start(place.room("bus"));
                RealAgent agent = RealAgent.start(place.room("agent"), bus.agentPort(), bus.client())) {
            Host host = Host.of(place.path());
            // The first commands of a bus and an agent are theirs to warm up.
            agent.latency(bus.client(), 20);
            for (Jdk jdk : jdks) {
                options.phase("java " + jdk.version());
                figures.addAll(measure(cases(jdk, bus)));
            }
            List<Goal> goals = goals(figures);
            options.print(text(host, figures, goals), Map.of("host", host, "figures", figures, "goals", goals));
            return options.exit(goals.stream().allMatch(Goal::met));
        }
    }

    private static List<Case> cases(Jdk jdk, RealBus bus) {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case(
                jdk,
                FLOOR,
                false,
                List.of(jdk.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-version"),
                Map.of()));
        for (boolean archive : new boolean[] {true, false}) {
            cases.add(qcmd(jdk, archive, VERSION, null, "--version"));
            cases.add(qcmd(jdk, archive, "qcmd help", null, "help"));
            cases.add(qcmd(jdk, archive, RUN, bus.local(), "run", RealAgent.MINION, "--", "true"));
            cases.add(qcmd(jdk, archive, RUN + ", TCP", bus.tcp(), "run", RealAgent.MINION, "--", "true"));
        }
        return cases;
    }

    private static Case qcmd(Jdk jdk, boolean archive, String what, @Nullable String bus, String... words) {
        List<String> line = Stream.concat(Stream.of(System.getProperty("qcmd.launcher")), Stream.of(words))
                .toList();
        Map<String, String> environment = Map.of(
                "JAVA_HOME", jdk.home().toString(),
                "QCMD_ARCHIVE", archive ? "now" : "off",
                "QCMD_BUS", bus == null ? "" : bus);
        return new Case(jdk, what, archive, line, environment);
    }

    /** Round by round each of them once. */
    private List<Figure> measure(List<Case> cases) throws IOException {
        List<List<Long>> nanos =
                cases.stream().map(each -> (List<Long>) new ArrayList<Long>()).toList();
        for (int round = -warmUp; round < runs; round++) {
            for (int i = 0; i < cases.size(); i++) {
                long took = once(cases.get(i));
                if (round >= 0) {
                    nanos.get(i).add(took);
                }
            }
        }
        List<Spread> times = nanos.stream().map(Spread::of).toList();
        double floor = times.get(0).median();
        return IntStream.range(0, cases.size())
                .mapToObj(i -> figure(cases.get(i), times.get(i), floor))
                .toList();
    }

    private static Figure figure(Case measured, Spread millis, double floor) {
        return new Figure(measured.jdk.version(), measured.what, measured.archive, millis, millis.median() / floor);
    }

    private static long once(Case process) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(process.words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(process.environment);
        long begun = System.nanoTime();
        Process running = builder.start();
        int exit = running.onExit().join().exitValue();
        long took = System.nanoTime() - begun;
        if (exit != 0) {
            throw new IllegalStateException(process.what + " ended with exit code " + exit);
        }
        return took;
    }

    private static List<Goal> goals(List<Figure> figures) {
        return figures.stream()
                .filter(figure -> figure.archive && figure.java.startsWith("17."))
                .filter(figure -> figure.what.equals(VERSION) || figure.what.equals(RUN))
                .map(figure -> Goal.atMost(
                        figure.what + ", Java 17, median ms",
                        figure.what.equals(RUN) ? RUN_MILLIS : VERSION_MILLIS,
                        figure.millis.median()))
                .toList();
    }

    private String text(Host host, List<Figure> figures, List<Goal> goals) {
        Table table = new Table("Java", "process", "archive", "least ms", "median ms", "p95 ms", "x java -version");
        figures.forEach(figure -> table.row(
                figure.java,
                "`" + figure.what + "`",
                figure.what.equals(FLOOR) ? "the JDK's" : figure.archive ? "yes" : "no",
                figure.millis.least(),
                figure.millis.median(),
                figure.millis.p95(),
                figure.timesFloor));
        return String.join(
                "\n",
                String.format("startup: whole processes, %d runs each; %s", runs, host.machine()),
                "",
                table.toString(),
                "",
                Goal.table(goals).toString());
    }
}
