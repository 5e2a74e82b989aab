package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process of its own. */
class ProcessTest {
    @ParameterizedTest
    @ValueSource(strings = {"--version", "help", "help exit-codes", "run --help"})
    void loadsNoNetwork_forHelp(String arguments) throws Exception {
        List<String> loaded = lines(List.of("-verbose:class"), arguments.split(" "));
        assertThat(loaded).hasSizeGreaterThan(400);
        assertThat(loaded)
                .noneMatch(line -> line.contains(" io.netty.")
                        || line.contains(" reactor.netty.")
                        || line.contains(" io.rsocket."));
    }

    @Test
    void wouldNoticeTheNetwork() throws Exception {
        List<String> loaded = lines(List.of("-verbose:class"), "--bus", "rsocket://127.0.0.1:1", "status");
        assertThat(loaded).anyMatch(line -> line.contains(" io.netty."));
    }

    @Test
    void endsWithItsOwnCode_whenItIsTerminated() throws Exception {
        Process process = java(List.of(), Endless.class, "");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("working");
            // Process.destroy would close the pipe too.
            assertThat(process.toHandle().destroy()).isTrue();
            assertThat(out.readLine()).isEqualTo("detached");
            assertThat(process.waitFor()).isEqualTo(130);
        }
    }

    @Test
    void endsWithTheCodeOfTheWork_andNoLastWords_whenTheWorkFails() throws Exception {
        Process process = java(List.of(), Endless.class, "fail");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.lines()).noneMatch(line -> line.equals("detached"));
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }

    /** Works until it is interrupted. */
    static final class Endless {
        public static void main(String[] args) {
            ExitCode code = Interrupts.OF_THE_JVM.during(() -> work(args[0]), () -> {
                System.out.println("detached");
                return ExitCode.DETACHED;
            });
            System.exit(code.code());
        }

        private static ExitCode work(String how) {
            System.out.println("working");
            if (how.equals("fail")) {
                throw new IllegalStateException("as asked");
            }
            LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(1));
            return ExitCode.OK;
        }
    }

    private static List<String> lines(List<String> flags, String... arguments) throws Exception {
        Process process = java(flags, QcmdMain.class, arguments);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = out.lines().toList();
            process.waitFor();
            return lines;
        }
    }

    private static Process java(List<String> flags, Class<?> main, String... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> words = new ArrayList<>(List.of(java.toString(), "-XX:TieredStopAtLevel=1"));
        words.addAll(flags);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }
}
