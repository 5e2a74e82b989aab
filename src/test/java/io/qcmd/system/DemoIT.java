package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that a new user sees. */
@Timeout(120)
class DemoIT {
    @TempDir
    Path directory;

    @AfterEach
    void nothingIsLeft() {
        // Command lines of bus and agents contain their directory.
        assertThat(Processes.mentioning(directory.toString())).isEmpty();
    }

    @Test
    void itStaysUntilCtrlC_andAnotherOneWithItsOwnDirectoryRunsBesideIt() {
        try (Program demo = demo("demo")) {
            await().atMost(House.LIMIT).until(() -> demo.out().contains("Now in another terminal:"));
            assertRanOnAll(demo);

            try (Program once = demo("beside", "--once")) {
                assertThat(once.exit(House.LIMIT)).as("%s", once).isZero();
                assertRanOnAll(once);
            }
            try (Program ping = program("ping", Map.of("QCMD_BUS", address("demo")), "*", "test.ping")) {
                assertThat(ping.exit(House.LIMIT)).as("%s", ping).isZero();
                assertThat(ping.out()).contains("web1", "web2", "db1");
            }
            try (Program again =
                    program("again", Map.of(), "demo", "--dir", place("demo").toString())) {
                assertThat(again.exit(House.LIMIT)).as("%s", again).isEqualTo(2);
                assertThat(again.err()).contains("a demo runs in " + place("demo"));
            }
            demo.interrupt();
            assertThat(demo.exit(House.LIMIT)).as("%s", demo).isZero();
        }
    }

    private static void assertRanOnAll(Program demo) {
        assertThat(demo.out()).contains("agents web1 web2 db1 up", "$ qcmd run '*' -- uptime");
        assertThat(demo.out().lines().filter(line -> line.contains("load average")))
                .as("%s", demo)
                .hasSize(3);
        assertThat(demo.err()).contains("3 minions", "3 ok");
    }

    private Path place(String name) {
        return directory.resolve(name);
    }

    private String address(String name) {
        return "rsocket+unix:" + place(name).resolve("bus.sock");
    }

    private Program demo(String name, String... options) {
        return program(
                name,
                Map.of(),
                Stream.concat(Stream.of("demo", "--dir", place(name).toString()), Stream.of(options))
                        .toArray(String[]::new));
    }

    private Program program(String name, Map<String, String> environment, String... words) {
        // Who runs the tests in the background of a script has made them ignore Ctrl-C, and their children inherit
        // that.
        Stream<String> launcher = Stream.of("env", "--default-signal=INT", House.LAUNCHER.toString());
        List<String> line = Stream.concat(launcher, Stream.of(words)).toList();
        return Program.start(directory, name, environment, line);
    }
}
