package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Somebody presses Ctrl-C, and answers or not. */
class CtrlCTest {
    private final FakeClient client = new FakeClient();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Keyboard keyboard = new Keyboard();
    private final List<String> seen = new ArrayList<>();
    private final Tally tally = new Tally();

    /** Writes down what it is asked, and answers what a test has typed before. */
    private static final class Keyboard implements Interrupts {
        private final Deque<String> answers = new ArrayDeque<>();
        private final List<String> questions = new ArrayList<>();
        private @Nullable Runnable taken;
        private @Nullable Supplier<ExitCode> lastWords;
        private Runnable whileAsking = () -> {};
        private int left;

        @Override
        public ExitCode during(Supplier<ExitCode> work, Supplier<ExitCode> words) {
            lastWords = words;
            return work.get();
        }

        @Override
        public Runnable takeCtrlC(Runnable instead) {
            taken = instead;
            return () -> taken = null;
        }

        @Override
        public @Nullable String ask(String question) {
            questions.add(question);
            whileAsking.run();
            return answers.poll();
        }

        @Override
        public void leave() {
            left++;
            if (lastWords != null) {
                assertThat(lastWords.get()).isEqualTo(ExitCode.DETACHED);
            }
        }

        void press() {
            assertThat(taken).as("whether Ctrl-C is taken").isNotNull();
            if (taken != null) {
                taken.run();
            }
        }
    }

    @Test
    void asks_andGoesOn_untilAnAnswerIsUnderstood() {
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.answers.addAll(List.of("what?", "", " ", "\t"));
            keyboard.press();
            keyboard.press();
        });
        assertThat(keyboard.questions)
                .hasSize(3)
                .containsOnly(
                        "job 4VK7Q2 is running on 351 minions." + "   [c]ancel  [d]etach  [Enter] keep watching > ");
        assertThat(keyboard.left).isZero();
        assertThat(keyboard.taken).as("given back").isNull();
        assertThat(err()).isEmpty();
    }

    @Test
    void cancels_andSaysWhomItTold() {
        client.answers = Flux.just(answer("web1", Effect.PENDING), answer("web2", Effect.FENCED));
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.answers.add("C");
            keyboard.press();
        });
        assertThat(client.asked).containsExactly("job " + CliTest.JOB, "cancel []");
        assertThat(err()).startsWith("cancelling … SIGTERM sent to 1, SIGKILL after ");
    }

    @Test
    void saysWhatHadNotStarted_andWhenAllWasOver() {
        client.answers = Flux.just(
                new Answer(new MinionId("web1"), Effect.FENCED, TargetState.CANCELLED, 0),
                new Answer(new MinionId("web2"), Effect.FENCED, TargetState.SUCCEEDED, 0));
        watch(OnInterrupt.CANCEL, true, ctrlC -> keyboard.press());
        client.answers = Flux.just(new Answer(new MinionId("web2"), Effect.FENCED, TargetState.SUCCEEDED, 0));
        watch(OnInterrupt.CANCEL, true, ctrlC -> keyboard.press());
        assertThat(err()).isEqualTo("cancelling … 1 had not started\ncancelling … all had ended\n");
    }

    @Test
    void countsWhatEndedByItself_beforeTheSignalCame() {
        client.answers = Flux.just(
                answer("web1", Effect.PENDING),
                answer("web2", Effect.PENDING),
                answer("web3", Effect.PENDING),
                answer("web4", Effect.FENCED));
        tally.count(JobEvents.succeeded("web5", ""));
        watch(OnInterrupt.CANCEL, true, ctrlC -> keyboard.press());
        tally.count(JobEvents.succeeded("web4", ""));
        tally.count(JobEvents.succeeded("web1", ""));
        tally.count(JobEvents.failed("web2", 1, "", ""));
        tally.count(
                JobEvents.ended(new TargetResult.Terminated("web3", Duration.ZERO, TargetOutput.NONE, "cancelled")));
        assertThat(tally.summary())
                .isEqualTo("5 minions · 3 ok (1 ended before the signal) · 1 failed (1 ended before the signal)"
                        + " · 1 terminated");
    }

    @Test
    void asks_whenOnlyTheProgressIsOnATerminal() {
        Place place = new Place(false, true, StandardCharsets.UTF_8, Map.of(), () -> Place.Window.USUAL);
        Console console = new Console(new ByteArrayOutputStream(), err, place);
        CtrlC ctrlC = ctrlC(session(console), OnInterrupt.ASK);
        ctrlC.tick(() -> {});
        assertThat(keyboard.taken).isNotNull();
    }

    @Test
    void goesOn_whenTheCancelFails() {
        client.answers = Flux.error(new QcmdException(ErrorCode.UNREACHABLE, "the bus is \u001b[2J away"));
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.answers.add("cancel");
            keyboard.press();
        });
        assertThat(err()).isEqualTo("qcmd: the bus is \\x1b[2J away\n");
    }

    @Test
    void detaches_whenToldSo_andWhenTheTerminalIsClosed() {
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.answers.add("d");
            keyboard.press();
            keyboard.press();
        });
        assertThat(keyboard.left).isEqualTo(2);
        assertThat(err()).contains("job 4VK7Q2 continues; qcmd attach 4VK7Q2\n");
        assertThat(client.asked).isEmpty();
    }

    @Test
    void detaches_onASecondCtrlC() {
        keyboard.whileAsking = keyboard::press;
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.answers.add("");
            keyboard.press();
        });
        assertThat(keyboard.left).isEqualTo(1);
        assertThat(err()).as("on a line of its own").isEqualTo("\njob 4VK7Q2 continues; qcmd attach 4VK7Q2\n");
    }

    @Test
    void doesNotTakeCtrlC_withoutATerminal_orWhenToldToDetach() {
        watch(OnInterrupt.ASK, false, ctrlC -> assertThat(keyboard.taken).isNull());
        watch(OnInterrupt.DETACH, true, ctrlC -> assertThat(keyboard.taken).isNull());
    }

    @Test
    void cancelsWithoutAQuestion_whenToldSo_alsoWithoutATerminal() {
        client.answers = Flux.just(answer("web1", Effect.PENDING));
        watch(OnInterrupt.CANCEL, false, ctrlC -> keyboard.press());
        assertThat(keyboard.questions).isEmpty();
        assertThat(client.asked).containsExactly("job " + CliTest.JOB, "cancel []");
        keyboard.leave();
        assertThat(err()).endsWith("job 4VK7Q2 is being cancelled; qcmd attach 4VK7Q2\n");
    }

    @Test
    void leaves_whenThereIsNoJobYet() {
        CtrlC ctrlC = ctrlC(session(true), OnInterrupt.CANCEL);
        assertThat(ctrlC.during(() -> {
                    keyboard.press();
                    return ExitCode.OK;
                }))
                .isEqualTo(ExitCode.OK);
        assertThat(keyboard.left).isEqualTo(1);
        assertThat(err())
                .isEqualTo(
                        "interrupted before the bus answered; whether it took the job: qcmd jobs ls --mine --since 5m\n");
    }

    @Test
    void drawsNothing_whileSomebodyIsAsked() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        List<Thread> drawing = new ArrayList<>();
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.whileAsking = () -> {
                Thread other = new Thread(() -> {
                    begun.countDown();
                    ctrlC.draw(() -> seen.add("draw"));
                });
                other.start();
                drawing.add(other);
                awaitQueued(begun, other);
                seen.add("asked");
            };
            keyboard.answers.add("");
            keyboard.press();
        });
        for (Thread other : drawing) {
            other.join();
        }
        assertThat(seen).as("once it was answered").containsExactly("asked", "draw");
    }

    private static void awaitQueued(CountDownLatch begun, Thread other) {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        while (other.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void saysWhatTheJobDoes() {
        watch(OnInterrupt.ASK, true, ctrlC -> {
            keyboard.answers.addAll(List.of("", "", ""));
            ctrlC.draw(progressed(Map.of(TargetState.QUEUED, 2, TargetState.SUCCEEDED, 4)), () -> {});
            keyboard.press();
            ctrlC.draw(progressed(Map.of(TargetState.ACCEPTED, 1, TargetState.QUEUED, 2)), () -> {});
            keyboard.press();
            ctrlC.draw(progressed(Map.of(TargetState.SUCCEEDED, 4)), () -> {});
            keyboard.press();
        });
        assertThat(keyboard.questions)
                .extracting(question -> question.substring(0, question.indexOf('.')))
                .isEqualTo(Arrays.asList(
                        "job 4VK7Q2 waits for 2 minions",
                        "job 4VK7Q2 is running on 1 minion",
                        "job 4VK7Q2 is running"));
    }

    /** Watches a job of 351 running targets, that comes to a good end after this. */
    private void watch(OnInterrupt policy, boolean terminal, Consumer<CtrlC> meanwhile) {
        CtrlC ctrlC = ctrlC(session(terminal), policy);
        ExitCode end = ctrlC.during(() -> {
            ctrlC.watches(CliTest.JOB);
            ctrlC.draw(progressed(Map.of(TargetState.RUNNING, 351, TargetState.SUCCEEDED, 61)), () -> {});
            ctrlC.tick(() -> {});
            meanwhile.accept(ctrlC);
            return ExitCode.OK;
        });
        assertThat(end).isEqualTo(ExitCode.OK);
    }

    private CtrlC ctrlC(Session session, OnInterrupt policy) {
        return new CtrlC(session, client, policy, new Progress(session, tally, policy), tally);
    }

    private static JobEvent progressed(Map<TargetState, Integer> counts) {
        return new JobEvent.Progressed(new Counts(counts));
    }

    private static Answer answer(String minion, Effect effect) {
        return new Answer(new MinionId(minion), effect, TargetState.RUNNING, 1_100_000);
    }

    private Session session(boolean terminal) {
        return session(new Console(new ByteArrayOutputStream(), err, terminal, StandardCharsets.UTF_8));
    }

    private Session session(Console console) {
        return new Session(
                console, new Globals(), Clock.systemUTC(), Map.of(), null, (globals, url) -> client, keyboard);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
