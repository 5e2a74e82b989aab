package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C while a job is watched: asks whether to cancel it, to detach, or to go on. A second one before the answer detaches, and so does everything else that ends a
 * process. While somebody is asked nothing is drawn, and of what goes on meanwhile nothing is lost: it waits at the bus.
 */
final class CtrlC {
    private static final String CHOICE = "   [c]ancel  [d]etach  [Enter] keep watching > ";

    private final Session session;
    private final QcmdClient client;
    private final OnInterrupt policy;
    private final Progress progress;
    private final Tally tally;

    /** Held by the step that draws, or by the question. */
    private final Semaphore screen = new Semaphore(1);

    private final AtomicBoolean atWork = new AtomicBoolean();
    private volatile boolean asking;
    private volatile boolean cancelling;
    private volatile @Nullable JobId job;
    private volatile Counts counts = new Counts(Map.of());
    private @Nullable Runnable giveBack;

    CtrlC(Session session, QcmdClient client, OnInterrupt policy, Progress progress, Tally tally) {
        this.session = session;
        this.client = client;
        this.policy = policy;
        this.progress = progress;
        this.tally = tally;
    }

    /** From now on there is something to cancel. */
    void watches(JobId started) {
        job = started;
    }

    /** Watches a job; its {@code work} draws nothing but in {@link #draw} and {@link #tick}. */
    ExitCode during(Supplier<ExitCode> work) {
        if (policy == OnInterrupt.CANCEL) {
            take();
        }
        try {
            return session.interrupts().during(() -> watched(work), this::lastWords);
        } finally {
            if (giveBack != null) {
                giveBack.run();
            }
        }
    }

    /** While signals are still ours: the terminal is given back before anything else can happen to this process. */
    private ExitCode watched(Supplier<ExitCode> work) {
        try {
            return work.get();
        } finally {
            progress.close();
        }
    }

    void draw(JobEvent event, Runnable step) {
        if (event instanceof JobEvent.Progressed progressed) {
            counts = progressed.counts();
        }
        draw(step);
    }

    /** A short command is over before the first tick, and does not pay for what nobody can type that fast. */
    void tick(Runnable step) {
        if (giveBack == null && policy == OnInterrupt.ASK && session.console().hasTerminal()) {
            take();
        }
        draw(step);
    }

    void draw(Runnable step) {
        screen.acquireUninterruptibly();
        try {
            step.run();
        } finally {
            screen.release();
        }
    }

    private void take() {
        giveBack = session.interrupts().takeCtrlC(this::pressed);
    }

    private void pressed() {
        JobId known = job;
        if (known == null || !atWork.compareAndSet(false, true)) {
            session.interrupts().leave();
            return;
        }
        draw(() -> {
            progress.pause();
            decide(known);
        });
        atWork.set(false);
    }

    private void decide(JobId known) {
        switch (policy == OnInterrupt.CANCEL ? "c" : answer(known)) {
            case "" -> {}
            case "c" -> cancel(known);
            default -> session.interrupts().leave();
        }
    }

    /** {@code c}, {@code d}, or nothing: keep watching. */
    private String answer(JobId known) {
        asking = true;
        try {
            String answer;
            do {
                String line = session.interrupts().ask(question(known) + CHOICE);
                answer = line == null ? "d" : line.strip().toLowerCase(Locale.ROOT);
            } while (!List.of("c", "cancel", "d", "detach", "").contains(answer));
            return answer.isEmpty() ? answer : answer.substring(0, 1);
        } finally {
            asking = false;
        }
    }

    private String question(JobId known) {
        int running = counts.of(TargetState.RUNNING) + counts.of(TargetState.ACCEPTED);
        int waiting = counts.live() - running;
        String doing = running > 0 || waiting == 0
                ? " is running" + (running == 0 ? "" : " on " + Texts.minions(running))
                : " waits for " + Texts.minions(waiting);
        return "job " + known.shortForm() + doing + ".";
    }

    private void cancel(JobId known) {
        cancelling = true;
        try {
            List<Answer> answers =
                    Calls.answer(client.job(known.toString()).cancel().collectList());
            tally.cancelled(answers);
            session.console().note("cancelling … " + effect(answers));
        } catch (QcmdException failed) {
            cancelling = false;
            session.console().note("qcmd: " + Escape.text(String.valueOf(failed.getMessage())));
        }
    }

    private static String effect(List<Answer> answers) {
        long told = answers.stream()
                .filter(answer -> answer.effect() == Effect.PENDING)
                .count();
        long notStarted = answers.stream()
                .filter(answer -> answer.state() == TargetState.CANCELLED)
                .count();
        List<String> parts = new ArrayList<>();
        if (told > 0) {
            parts.add("SIGTERM sent to " + Texts.count(told) + ", SIGKILL after their kill_grace");
        }
        if (notStarted > 0) {
            parts.add(Texts.count(notStarted) + " had not started");
        }
        return parts.isEmpty() ? "all had ended" : String.join(" · ", parts);
    }

    private ExitCode lastWords() {
        JobId known = job;
        progress.close();
        if (asking) {
            session.console().note("");
        }
        session.console()
                .note(
                        known == null
                                ? "interrupted before the bus answered; whether it took the job: qcmd jobs ls --mine --since 5m"
                                : farewell(known.shortForm()));
        return ExitCode.DETACHED;
    }

    private String farewell(String id) {
        return "job " + id + (cancelling ? " is being cancelled" : " continues") + "; qcmd attach " + id;
    }
}
