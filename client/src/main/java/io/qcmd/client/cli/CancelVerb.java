package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Selection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "End a job: what has not started never will, what runs is killed.")
final class CancelVerb implements Callable<Integer> {
    private static final Listing<Answer> ANSWERS = new Listing<>(
            "cancel",
            List.of("MINION", "CANCEL", "STATE", "CERTAIN"),
            answer -> List.of(
                    answer.minion().value(),
                    answer.effect() == Effect.FENCED ? "fenced" : "pending",
                    Texts.state(answer.state()),
                    answer.effect() == Effect.FENCED ? "now" : "by " + Texts.time(answer.completesBy())),
            Shapes::answer);

    private final Session session;

    @Parameters(paramLabel = "ID", description = "The last 6 or more characters of a job's id, @last, @-2.")
    private String id = "";

    @Option(names = "--on", paramLabel = "TARGET", description = "Only on these minions.")
    private @Nullable String on;

    @Option(
            names = "--kill-after",
            paramLabel = "TIME",
            description =
                    "When KILL follows TERM where it runs, at most kill_grace, which is 5s by default; 0s: at once.")
    private @Nullable Duration killAfter;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for who reads the history.")
    private @Nullable String reason;

    CancelVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.with(client -> {
            Job job = client.job(id);
            if (on == null) {
                ANSWERS.print(job.cancel(wish()), session);
                return ExitCode.OK.code();
            }
            Selection which = Selection.of(TargetText.read(on));
            ANSWERS.print(job.cancel(wish(), minions(client, which)), session);
            return LeftOut.tell(session, client, which).code();
        });
    }

    private CancelWish wish() {
        CancelWish wish = reason == null ? CancelWish.PLAIN : CancelWish.PLAIN.withReason(reason);
        return killAfter == null ? wish : wish.withKillAfterMillis(killAfter.toMillis());
    }

    private static String[] minions(QcmdClient client, Selection which) {
        return Calls.answer(client.minions()
                        .list(which)
                        .map(minion -> minion.id().value())
                        .collectList())
                .toArray(String[]::new);
    }
}
