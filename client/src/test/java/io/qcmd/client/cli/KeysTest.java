package io.qcmd.client.cli;

import static io.qcmd.client.cli.JobEvents.failed;
import static io.qcmd.client.cli.JobEvents.lost;
import static io.qcmd.client.cli.JobEvents.progress;
import static io.qcmd.client.cli.JobEvents.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody presses g, f and m while a job is drawn. */
class KeysTest {
    private static final String HELP = "^C cancel/detach · g groups · f failures · m minions";

    private final JobEvents.SettableClock clock = new JobEvents.SettableClock();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Deque<Integer> pressed = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final FakeInterrupts interrupts = new FakeInterrupts();
    private int lines = 30;
    private boolean outIsTerminal = true;
    private boolean hasKeys = true;

    private final class FakeInterrupts implements Interrupts {
        private Runnable stop = () -> {};
        private Runnable goOn = () -> {};

        @Override
        public ExitCode during(Supplier<ExitCode> work, Supplier<ExitCode> lastWords) {
            return work.get();
        }

        @Override
        public Runnable takeStops(Runnable before, Runnable after) {
            stop = before;
            goOn = after;
            return () -> asked.add("stops given back");
        }

        @Override
        public Keyboard keyboard() {
            return new Keyboard() {
                @Override
                public boolean take() {
                    return hasKeys;
                }

                @Override
                public int next() {
                    Integer key = pressed.poll();
                    return key == null ? -1 : key;
                }

                @Override
                public void giveBack() {
                    asked.add("given back");
                }

                @Override
                public void stop() {
                    asked.add("stopped");
                }

                @Override
                public void goOn() {
                    asked.add("goes on");
                }

                @Override
                public void close() {
                    asked.add("closed");
                }
            };
        }
    }

    @Test
    void areThere_onceTheJobHasLastedASecond() {
        Watched job = new Watched();
        assertThat(job.at(900)).contains("^C cancel/detach").doesNotContain(HELP);
        assertThat(job.at(1_000)).contains(HELP);
    }

    @Test
    void areNotThere_withoutATerminalToReadFrom_orWhereResultsGoElsewhere() {
        hasKeys = false;
        assertThat(new Watched().at(2_000)).contains("^C cancel/detach").doesNotContain(HELP);
        hasKeys = true;
        outIsTerminal = false;
        assertThat(new Watched().at(2_000)).contains("^C cancel/detach").doesNotContain(HELP);
    }

    @Test
    void chooseWhatStandsUnderTheProgress() {
        Watched job = new Watched();
        job.tell(succeeded("web1", "up\n"));
        job.tell(failed("web2", 3, "", "no\n"));
        job.tell(lost("web3"));
        assertThat(job.at(1_000))
                .containsExactly(
                        "  up                                                 1 minion   web1",
                        "  ✗ exit 3 · no                                      1 minion   web2",
                        "  ? LOST · executed unknown · no answer by 20:15:42  1 minion   web3",
                        HELP);
        assertThat(job.press("f"))
                .containsExactly(
                        "  ✗ exit 3 · no                                      1 minion   web2",
                        "  ? LOST · executed unknown · no answer by 20:15:42  1 minion   web3",
                        HELP);
        assertThat(job.press("m"))
                .containsExactly(
                        "  web3  ? LOST · executed unknown · no answer by 20:15:42",
                        "  web2  ✗ exit 3 · no",
                        "  web1  up",
                        HELP);
        assertThat(job.press("fg")).hasSize(4);
        assertThat(job.press("\u001b[Fx")).as("End and others change nothing").hasSize(4);
    }

    @Test
    @Tag("A47")
    void showNothingThatMovesTheCursor() {
        Watched job = new Watched();
        String nasty = "\u001b]0;owned\u0007\u001b[2J\r\u0008\u009b31m\u202etxt.exe\u2066\n";
        job.tell(failed("web1", 1, nasty, nasty));
        job.tell(JobEvents.ended(new TargetResult.Rejected("web2", nasty)));
        job.at(1_000);
        for (String key : List.of("g", "f", "m")) {
            assertThat(job.press(key))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row.codePoints()).allMatch(Escape::isHarmless));
        }
    }

    @Test
    void failures_sayWhenThereAreNone() {
        Watched job = new Watched();
        job.tell(succeeded("web1", "up\n"));
        job.at(1_000);
        assertThat(job.press("f")).containsExactly("  no failures so far", HELP);
    }

    @Test
    void minions_beginWithThoseAtWork_asTheBusToldLast() {
        Watched job = new Watched();
        Stream.of("web1", "web2", "web3").forEach(job::runs);
        job.tell(progress(3, 0));
        Stream.of("web2", "web3").forEach(job::runs);
        job.tell(succeeded("web1", "up\n"));
        job.tell(progress(2, 1));
        job.at(1_000);
        assertThat(job.press("m")).containsExactly("  at work  web[2-3]", "  web1  up", HELP);
        job.tell(succeeded("web2", "up\n"));
        job.tell(succeeded("web3", "up\n"));
        job.tell(progress(0, 3));
        assertThat(job.press("")).startsWith("  web3  up").hasSize(4);
    }

    @Test
    void fitTheWindow_whateverItsHeight() {
        Watched job = new Watched();
        for (int i = 0; i < 100; i++) {
            job.tell(failed("web" + i, i + 1, "", ""));
        }
        for (int height : new int[] {1, 2, 4, 5, 9, 50}) {
            lines = height;
            for (String key : List.of("g", "f", "m")) {
                job.at(1_000);
                assertThat(job.press(key)).as("%s in %d lines", key, height).hasSizeLessThan(Math.max(1, height));
            }
        }
    }

    @Test
    void giveTheTerminalBack_whileSomebodyIsAsked_whenItIsStopped_andAtTheEnd() {
        Watched job = new Watched();
        job.progress.pause();
        job.at(1_000);
        job.progress.pause();
        interrupts.stop.run();
        interrupts.goOn.run();
        job.progress.close();
        assertThat(asked).containsExactly("given back", "stopped", "goes on", "closed", "stops given back");
    }

    /** A job of 1,000 minions that began at 0. */
    private final class Watched {
        private final GroupedView view;
        private final Progress progress;

        Watched() {
            clock.millis = 0;
            Place place = new Place(
                    outIsTerminal,
                    true,
                    StandardCharsets.UTF_8,
                    Map.of("TERM", "xterm"),
                    () -> new Place.Window(100, lines));
            Console console = new Console(new ByteArrayOutputStream(), err, place);
            Session session = new Session(
                    console, new Globals(), clock, Map.of(), null, (globals, url) -> new FakeClient(), interrupts);
            view = new GroupedView(console);
            progress = new Progress(session, new Tally(), OnInterrupt.ASK);
            progress.begin(1_000);
        }

        void tell(JobEvent event) {
            view.show(event);
        }

        void runs(String minion) {
            tell(new JobEvent.Advanced(minion, TargetState.RUNNING));
        }

        /** What is drawn under the bar then. */
        List<String> at(long millis) {
            clock.millis = Math.max(clock.millis + Progress.REDRAW_MILLIS, millis);
            err.reset();
            progress.tick(view);
            String frame = err.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[?0-9]*[A-Za-z]|\r", "");
            return frame.lines().skip(1).toList();
        }

        List<String> press(String keys) {
            keys.chars().forEach(pressed::add);
            return at(clock.millis);
        }
    }
}
