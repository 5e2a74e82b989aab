package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What asks no bus starts at once, as it loads nothing that speaks to one. */
@Timeout(180)
class LoadedClassesTest {
    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"--version", "help", "completion fish"})
    void loadsNothingOfANetwork(String line) throws Exception {
        assertThat(loaded(line)).noneMatch(LoadedClassesTest::isNetwork).noneMatch(name -> name.contains("snakeyaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"profile use prod", "help"})
    void readsProfiles_withoutANetwork(String line) throws Exception {
        new Typist(home).type("profile", "add", "prod");
        assertThat(loaded(line)).noneMatch(LoadedClassesTest::isNetwork).anyMatch(name -> name.contains("snakeyaml"));
    }

    /** Of Reactor the types count that do something: those that a signature names are loaded, and idle. */
    private static boolean isNetwork(String name) {
        return Stream.of("io.netty.", "reactor.netty.", "io.rsocket.", "reactor.core.scheduler.")
                .anyMatch(name::startsWith);
    }

    private List<String> loaded(String line) throws IOException, InterruptedException {
        Path log = home.resolve("loaded");
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                QcmdMain.class.getName()));
        words.addAll(List.of(line.split(" ")));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("said").toFile());
        builder.environment().clear();
        builder.environment().put("HOME", home.toString());
        int exit = builder.start().waitFor();
        assertThat(exit).as(Files.readString(home.resolve("said"))).isZero();
        List<String> names = Files.readAllLines(log).stream()
                .map(each -> each.replaceFirst("^(\\[[^\\]]*\\])+ ", "").split(" ")[0])
                .toList();
        assertThat(names).contains(QcmdMain.class.getName());
        return names;
    }
}
