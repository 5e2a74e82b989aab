package io.qcmd.client.cli;

import io.qcmd.client.BusUrl;
import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

@Command(name = "demo", description = "Start a bus and three agents here, and run a command on them. Ctrl-C ends it.")
final class DemoVerb implements Callable<Integer> {
    private static final Duration START = Duration.ofSeconds(60);
    /** An agent may need its kill_grace to end what it runs. */
    private static final Duration GRACE = Duration.ofSeconds(8);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final List<String> NAMES = List.of("web1", "web2", "db1");

    private final Session session;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            converter = PathWords.class,
            description = "What it keeps; .qcmd-demo beside qcmd by default.")
    private @Nullable Path directory;

    @Option(names = "--agents", paramLabel = "N", description = "How many, 1 to 50; 3 by default.")
    private int agents = NAMES.size();

    @Option(names = "--once", description = "End after the command: exit 0 when it ran on all of them.")
    private boolean once;

    DemoVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        String launcher = System.getProperty("qcmd.launcher");
        Path home = session.home();
        if (launcher == null || home == null || agents < 1 || agents > 50) {
            throw new UsageError("a demo is started by the launcher, with 1 to 50 agents", "./qcmd demo --agents 3");
        }
        boolean usual = directory == null;
        Path place = DemoPlace.make(directory == null ? home.resolve(".qcmd-demo") : directory);
        try (FileChannel file = DemoPlace.open(place)) {
            if (file.tryLock() == null) {
                throw new UsageError(
                        "a demo runs in " + place + " already", "qcmd demo --dir ANOTHER, or end that one");
            }
            return runIn(DemoPlace.prepare(place, usual), new DemoProcesses(launcher, GRACE, this::say));
        }
    }

    /** The hook and the normal end both stop the processes; whoever comes second finds nothing to do. */
    private int runIn(DemoPlace place, DemoProcesses processes) {
        return session.interrupts()
                .during(
                        () -> {
                            try {
                                return show(place, processes);
                            } finally {
                                processes.stop();
                            }
                        },
                        () -> {
                            processes.stop();
                            return ExitCode.OK;
                        })
                .code();
    }

    private ExitCode show(DemoPlace place, DemoProcesses processes) {
        try (QcmdClient client = session.connect().apply(session.globals(), place.url())) {
            start(place, processes);
            if (!isUp(client, place, processes)) {
                return ExitCode.FAILED;
            }
            say("$ qcmd run '*' -- uptime");
            JobWatch watch =
                    new JobWatch(session, client, new TerminalView(session.console(), session.clock()), new Watching());
            ExitCode code =
                    watch.submitted(client.run(new Target("*")).shell("uptime").events(), "sh -c 'uptime'");
            if (!once) {
                say("Now in another terminal:  " + next(place) + "      Ctrl-C here stops the demo.");
                waitForInterrupt();
            }
            return code == ExitCode.OK ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private void start(DemoPlace place, DemoProcesses processes) {
        try {
            Path log = place.directory();
            processes.start("bus", "bus", place.busSettings(), log.resolve("bus.log"));
            for (String minion : names()) {
                processes.start(minion, "agent", place.agentSettings(minion), log.resolve(minion + ".log"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isUp(QcmdClient client, DemoPlace place, DemoProcesses processes) {
        Set<String> wanted = Set.copyOf(names());
        Boolean up = Mono.defer(() -> missing(client, wanted))
                .repeatWhen(again -> again.delayElements(LOOK))
                .takeUntil(missing -> missing.isEmpty() || processes.isBroken())
                .last()
                .map(Set::isEmpty)
                .timeout(START, Mono.just(false))
                .block();
        if (!Boolean.TRUE.equals(up) || processes.isBroken()) {
            processes.lastWords().forEach(session.console()::note);
            session.console().note("qcmd: the demo did not start: see the logs in " + place.directory());
            return false;
        }
        say("bus    " + place.url() + " · data " + place.directory());
        say("agents " + String.join(" ", names()) + " up");
        return true;
    }

    /** Which of them are not up yet; all of them as long as the bus does not answer. */
    private static Mono<Set<String>> missing(QcmdClient client, Set<String> wanted) {
        return client.minions()
                .list(new Target("*"))
                .filter(minion -> minion.presence() == Presence.UP)
                .map(minion -> minion.id().value())
                .collect(Collectors.toSet())
                .map(up -> wanted.stream().filter(name -> !up.contains(name)).collect(Collectors.toSet()))
                .onErrorReturn(wanted);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(NAMES.subList(0, Math.min(agents, NAMES.size())));
        for (int i = 3; names.size() < agents; i++) {
            names.add(new MinionId("web" + i).value());
        }
        return names;
    }

    /** Without --bus where the CLI finds this demo by itself. */
    private String next(DemoPlace place) {
        BusUrl found = session.bus();
        String bus = found.url().equals(place.url()) ? "" : " --bus " + Texts.word(place.url());
        return "./qcmd" + bus + " '*' cmd.run 'df -h /'";
    }

    private static void waitForInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String line) {
        session.console().print(line);
        session.console().flush();
    }
}
