package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start of the command line loads, and what it says of itself; how long it takes is shown by {@code qcmd bench startup}. */
@Timeout(180)
class StartIT {
    private static final List<String> NETWORK = List.of("io.netty.", "io.rsocket.", "reactor.netty.");

    @TempDir
    Path directory;

    private int calls;

    @BeforeEach
    void makeTheArchive() {
        assertThat(qcmd(Map.of("QCMD_ARCHIVE", "now"), "--version").exit()).isZero();
    }

    @Test
    void theVersionAndTheHelp_loadNothingOfTheNetwork() throws IOException {
        for (String words : List.of("--version", "help", "run --help")) {
            String loaded = loaded(Map.of(), words.split(" "));
            assertThat(loaded).contains("io.qcmd.client.cli.QcmdMain").doesNotContain(NETWORK);
        }
    }

    @Test
    void aLocalRun_loadsNothingOfTheNetwork_andAllElseFromTheArchive() throws IOException {
        try (House house = new House(directory)) {
            house.startBus();
            house.startAgent("web1");
            house.awaitUp("web1");
            String loaded = loaded(Map.of("QCMD_BUS", house.url()), "run", "web1", "--", "echo here");
            assertThat(loaded).contains("io.qcmd.client.local.Line").doesNotContain(NETWORK);
            // A lambda in the wrong place keeps its old class files out of the archive: 40 ms.
            assertThat(loaded).doesNotContain("/picocli-");
            // Neither a lambda nor a method of a record is made at run time: the first one costs 10 to 25 ms.
            assertThat(loaded).doesNotContain("source: io.qcmd.", "java.lang.runtime.ObjectMethods");
        }
    }

    @Test
    void everythingWorks_withoutAnArchive() {
        try (House house = new House(directory)) {
            house.startBus();
            house.startAgent("web1");
            house.awaitUp("web1");
            Map<String, String> without = Map.of("QCMD_BUS", house.url(), "QCMD_ARCHIVE", "off");
            House.Answer answer = qcmd(without, "run", "web1", "--", "echo here");
            assertThat(answer.exit()).isZero();
            assertThat(answer.out()).isEqualTo("web1: here\n");
        }
    }

    @Test
    void theJvmSaysNothing() {
        House.Answer answer = qcmd(Map.of(), "--version");
        assertThat(answer.out()).startsWith("qcmd ").hasLineCount(1);
        assertThat(answer.err()).isEmpty();
    }

    /** The log of classes; the JVM takes these options after those of the launcher. */
    private String loaded(Map<String, String> environment, String... words) throws IOException {
        Path log = directory.resolve("classes-" + calls);
        Map<String, String> all = new HashMap<>(environment);
        all.put("_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
        House.Answer answer = qcmd(all, words);
        assertThat(answer.exit()).as("%s", answer).isZero();
        return Files.readString(log);
    }

    private House.Answer qcmd(Map<String, String> environment, String... words) {
        calls++;
        List<String> line = new ArrayList<>(List.of(words));
        line.add(0, House.LAUNCHER.toString());
        try (Program program = Program.start(directory, "start-" + calls, environment, line)) {
            int exit = program.exit(House.LIMIT);
            return new House.Answer(exit, program.out(), program.err());
        }
    }
}
