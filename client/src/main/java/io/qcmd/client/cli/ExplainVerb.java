package io.qcmd.client.cli;

import io.qcmd.protocol.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "explain", description = "What became of a job on one minion, step by step, and what decided each.")
final class ExplainVerb implements Callable<Integer> {
    /** As wide as {@code 2026-11-22T20:14:02.113Z}. */
    private static final int TIME = 24;

    private final Session session;

    @Parameters(index = "0", paramLabel = "ID", description = JobsVerb.ID)
    private String id = "";

    @Parameters(index = "1", paramLabel = "MINION", description = "Its name.")
    private String minion = "";

    ExplainVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.globals().checkPage();
        return session.with(client -> {
            Trace trace = Calls.answer(client.job(id).trace(minion));
            if (session.globals().isText()) {
                show(trace);
            } else {
                session.console().json(out -> JobShapes.trace(trace, out));
            }
            session.console().flush();
            return ExitCode.OK.code();
        });
    }

    private void show(Trace trace) {
        String executed = trace.state().isFinal()
                ? " · executed " + trace.state().executed().name().toLowerCase(Locale.ROOT)
                : "";
        session.console()
                .print("job " + trace.job().shortForm() + " on " + trace.minion() + " · " + Texts.state(trace.state())
                        + executed);
        Long first = trace.steps().isEmpty() ? null : trace.steps().get(0).at();
        trace.steps().forEach(step -> session.console().print(line(step, first)));
    }

    private static String line(Trace.Step step, @Nullable Long first) {
        String kind = step.kind().name().toLowerCase(Locale.ROOT);
        String time = step.at() == null ? "" : millis(step.at());
        String after = step.at() == null || first == null ? "" : "+" + after(step.at() - first);
        return String.format(
                Locale.ROOT, "%-9s  %-" + TIME + "s  %9s  %s", kind, time, after, Escape.text(step.text()));
    }

    /** With all three digits, so that they stand below each other. */
    private static String millis(long epochMillis) {
        Instant time = Instant.ofEpochMilli(epochMillis);
        String text = time.toString();
        return time.getNano() == 0 ? text.substring(0, text.length() - 1) + ".000Z" : text;
    }

    private static String after(long millis) {
        return millis < 1_000 ? millis + " ms" : Texts.duration(Duration.ofMillis(millis));
    }
}
