package io.qcmd.client.cli;

import io.qcmd.protocol.PingPage.Pong;
import io.qcmd.protocol.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ping", description = "Ask minions for a sign of life; runs nothing on them.")
final class PingVerb implements Callable<Integer> {
    private static final Listing<Pong> PONGS = new Listing<>(
            "pong",
            List.of("MINION", "ROUND TRIP"),
            pong -> List.of(pong.minion().value(), pong.micros() < 0 ? "no answer" : millis(pong.micros())),
            Shapes::pong);

    private final Session session;

    @Parameters(paramLabel = "TARGET", description = "Which minions: see qcmd help targets.")
    private String target = "";

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long to wait for an answer, 5s by default.")
    private Duration timeout = Duration.ofSeconds(5);

    @Mixin
    private final Choosing choosing = new Choosing();

    PingVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.with(client -> {
            Selection which = choosing.of(target);
            List<Long> trips = new ArrayList<>();
            long asked = PONGS.print(
                    client.minions().ping(which, timeout).doOnNext(pong -> {
                        if (pong.micros() >= 0) {
                            trips.add(pong.micros());
                        }
                    }),
                    session);
            summary(trips, asked);
            ExitCode named = LeftOut.tell(session, client, which);
            return (trips.size() == asked ? named : ExitCode.NO_STATUS).code();
        });
    }

    private void summary(List<Long> trips, long asked) {
        if (session.globals().quiet()) {
            return;
        }
        trips.sort(null);
        String spread = trips.isEmpty()
                ? ""
                : " · min " + millis(trips.get(0)) + " · p50 " + percentile(trips, 50) + " · p99 "
                        + percentile(trips, 99);
        session.console().note(Texts.count(trips.size()) + " of " + Texts.minions(asked) + " answered" + spread);
    }

    private static String percentile(List<Long> sorted, int percent) {
        return millis(sorted.get(Spread.rank(sorted.size(), percent)));
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.2f ms", micros / 1000.0);
    }
}
