package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C on a real terminal, and a terminal that goes away. */
@Timeout(300)
class CtrlCIT {
    private static final String QUESTION = " is running on 1 minion.   [c]ancel  [d]etach  [Enter] keep watching >";

    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus();
        house.startAgent("web1", "kill_grace: 1s");
        house.awaitUp("web1");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void keepsWatching_asOftenAsOneLikes_andShowsWhatCameMeanwhile() throws IOException {
        Path go = house.file("go-keep");
        try (Terminal terminal = watched("while [ ! -e " + go + " ]; do sleep 0.1; done; echo th''ree")) {
            // A second Ctrl-C takes back what was typed and not read yet.
            terminal.press("C-c").await(QUESTION).press("Enter").await(any -> isDrawn(terminal), "the progress");
            terminal.press("C-c").await(twice(QUESTION), "a second question");
            Files.createFile(go);
            await().atMost(House.LIMIT).until(() -> house.newestJob().endedAt() > 0);
            assertThat(terminal.everything()).doesNotContain("three");
            terminal.press("Enter").await("three");
            assertThat(terminal.exit()).as("%s", terminal).isZero();
        }
    }

    @Test
    void cancels_andWatchesToTheEnd() {
        try (Terminal terminal = watched("sleep 60")) {
            terminal.press("C-c").await(QUESTION);
            terminal.type("c").press("Enter").await("cancelling … SIGTERM sent to 1, SIGKILL after ");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(7);
            assertThat(terminal.everything()).contains("1 terminated").contains("exit 7");
        }
        assertThat(house.newestJob().cancelled()).isTrue();
    }

    @Test
    void detaches_andTheJobGoesOn() throws IOException {
        Path go = house.file("go-detach");
        try (Terminal terminal = watched("while [ ! -e " + go + " ]; do sleep 0.1; done")) {
            String id = house.newestJob().job().shortForm();
            terminal.press("C-c").await(QUESTION).type("d").press("Enter");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
            assertThat(terminal.everything()).endsWith("job " + id + " continues; qcmd attach " + id);
        }
        assertGoesOn(go);
    }

    @Test
    void detaches_onASecondCtrlC() throws IOException {
        Path go = house.file("go-second");
        try (Terminal terminal = watched("while [ ! -e " + go + " ]; do sleep 0.1; done")) {
            String id = house.newestJob().job().shortForm();
            terminal.press("C-c").await(QUESTION).press("C-c");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
            assertThat(terminal.everything()).endsWith("\njob " + id + " continues; qcmd attach " + id);
        }
        assertGoesOn(go);
    }

    @Test
    void asks_whenResultsGoToAFile_andDetachesWhenAnotherProgramReadsTheTerminal() throws IOException {
        Path go = house.file("go-file");
        Path results = house.file("results");
        String run = "'" + House.LAUNCHER + "' run web1 -- '" + "echo one; while [ ! -e " + go
                + " ]; do sleep 0.1; done" + "' >" + results;
        try (Terminal terminal = inAShell(run)) {
            terminal.await("^C cancel/detach")
                    .press("C-c")
                    .await(QUESTION)
                    .type("d")
                    .press("Enter");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
        }
        try (Terminal terminal = inAShell("stty -icanon; " + run)) {
            terminal.await("^C cancel/detach").press("C-c");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
            assertThat(terminal.everything()).doesNotContain("[c]ancel").contains("continues; qcmd attach");
        }
        assertGoesOn(go);
    }

    private static Terminal inAShell(String line) {
        return Terminal.start(
                directory, 100, 24, Map.of("QCMD_BUS", house.url()), List.of("sh", "-c", "trap : INT; " + line));
    }

    @Test
    void detachesAtOnce_whenToldSo() throws IOException {
        Path go = house.file("go-told");
        try (Terminal terminal = watched("while [ ! -e " + go + " ]; do sleep 0.1; done", "--on-interrupt", "detach")) {
            terminal.press("C-c");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
            assertThat(terminal.everything()).doesNotContain("[c]ancel");
        }
        assertGoesOn(go);
    }

    @Test
    void theJobGoesOn_whenTheTerminalIsLost_alsoWhileItAsks() throws IOException {
        Path go = house.file("go-lost");
        try (Terminal terminal = watched("while [ ! -e " + go + " ]; do sleep 0.1; done")) {
            assertThat(terminal.isAlive()).isTrue();
        }
        assertGoesOn(go);
        Path again = house.file("go-lost-again");
        try (Terminal terminal = watched("while [ ! -e " + again + " ]; do sleep 0.1; done")) {
            terminal.press("C-c").await(QUESTION);
        }
        assertGoesOn(again);
    }

    /** Watches a job whose command does this, once Ctrl-C asks: the second line comes a second after the first. The words of the command itself are on the screen too. */
    private static Terminal watched(String line, String... options) {
        String[] words = Stream.of(
                        Stream.of("run", "web1"),
                        Stream.of(options),
                        Stream.of("--", "echo o''ne; sleep 1; echo t''wo; " + line))
                .flatMap(some -> some)
                .toArray(String[]::new);
        return house.terminal(100, 24, words).await("two");
    }

    private static boolean isDrawn(Terminal terminal) {
        return terminal.screen().endsWith("^C cancel/detach");
    }

    private static Predicate<String> twice(String text) {
        return all -> all.indexOf(text) != all.lastIndexOf(text);
    }

    private static void assertGoesOn(Path go) throws IOException {
        JobInfo job = house.newestJob();
        assertThat(job.endedAt()).isZero();
        Files.createFile(go);
        JobInfo end = House.answer(house.client().job(job.job().toString()).await());
        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED);
    }
}
