package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Output.Stream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** 20,000 minions, each of which writes 12 KiB, in a process with a heap of 64 MiB. */
@Timeout(120)
class BigJobTest {
    private static final int MINIONS = 20_000;

    @TempDir
    private Path directory;

    /** What the outputs have in common. */
    enum Outputs {
        THREE,
        EACH_ANOTHER
    }

    @ParameterizedTest
    @EnumSource
    void fitsIntoItsHeap(Outputs outputs) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        outputs.name())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> tail(err)).isEqualTo(1);

        List<String> rows = Files.readAllLines(out).stream()
                .filter(row -> row.startsWith("━━"))
                .toList();
        if (outputs == Outputs.THREE) {
            assertThat(rows).hasSize(3);
            assertThat(rows.get(0))
                    .startsWith("━━ ✓ more than 200 lines")
                    .contains("19,206 minions  web[00001-09120,09122-15300,15880-19786]");
            assertThat(rows.get(1)).contains("   779 minions  web[15301-15879,19787-19986]");
            assertThat(rows.get(2)).startsWith("━━ ✗ exit 127 · ").contains("    15 minions  web[09121,19987-20000]");
        } else {
            assertThat(rows).hasSize(Crowds.MOST + 2);
        }
        assertThat(Files.readString(err)).contains("20,000 minions · ", "qcmd retry 4VK7Q2 --failed");
    }

    private static String tail(Path file) {
        try {
            String all = Files.readString(file);
            return all.substring(Math.max(0, all.length() - 2_000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line of that process, on a terminal. */
    static final class Main {
        public static void main(String[] args) {
            FakeClient client = new FakeClient();
            Outputs outputs = Outputs.valueOf(args[0]);
            client.events =
                    Flux.range(1, MINIONS).concatMap(i -> minion(i, outputs)).startWith(JobEvents.started(MINIONS));
            Place place = new Place(
                    true, true, StandardCharsets.UTF_8, Map.of("TERM", "xterm"), () -> new Place.Window(120, 40));
            Console console = new Console(
                    new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), place);
            Session session = new Session(
                    console,
                    new Globals(),
                    Clock.systemUTC(),
                    Map.of(),
                    null,
                    (globals, url) -> client,
                    (work, lastWords) -> work.get());
            System.exit(new Cli(session).run("--color=never", "run", "*", "--", "x"));
        }

        private static Flux<JobEvent> minion(int i, Outputs outputs) {
            String minion = String.format("web%05d", i);
            boolean failed = i == 9_121 || i > 19_986;
            boolean other = i > 15_300 && i < 15_880 || i > 19_786 && i <= 19_986;
            String line = outputs == Outputs.EACH_ANOTHER ? minion : other ? "5.10.0-28-amd64" : "6.1.0-18-amd64";
            String text = (line + " and more of it, and more\n").repeat(400).substring(0, 8 * 1_024);
            JobEvent end = failed
                    ? JobEvents.failed(minion, 127, "", "sh: 1: uname: not found\n" + text)
                    : JobEvents.succeeded(minion, text);
            return Flux.just(
                    new JobEvent.Printed(new OutputChunk(minion, Stream.STDOUT, 0, 0, Bytes.utf8(text))),
                    new JobEvent.Printed(new OutputChunk(minion, Stream.STDOUT, 8 * 1_024, 0, Bytes.utf8(text))),
                    end,
                    JobEvents.progress(MINIONS - i, i));
        }
    }
}
