package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a Java that only says how it was called. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "qcmd").toAbsolutePath().normalize();

    private static final String FAKE = """
            printf 'LC_ALL=%s\\n' "${LC_ALL:-}"
            for word; do
                printf '%s\\n' "$word"
                case $word in
                    -XX:DumpLoadedClassList=* | -XX:AOTCacheOutput=*) echo java/lang/Object >"${word#*=}" ;;
                    -XX:SharedArchiveFile=*) archive=${word#*=} ;;
                    -Xshare:dump) dump=true ;;
                    *Rehearsal) rehearsal=true ;;
                esac
            done
            if [ "${dump:-}" ]; then
                echo archive >"$archive"
            elif [ "${rehearsal:-}" ] && [ "${FAKE_FAILS:-}" ]; then
                printf 1 >>'DIRECTORY/rehearsals'
                exit 1
            fi
            """;

    @TempDir
    private Path directory;

    private Path home;
    private Path jdk;
    private Path launcher;

    private record Ended(int exit, String out, String err) {}

    LauncherTest() {
        home = jdk = launcher = LAUNCHER;
    }

    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(directory.resolve("a place with spaces"));
        launcher = Files.copy(LAUNCHER, home.resolve("qcmd"));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        for (String module : List.of("client", "bus", "agent")) {
            Path target = Files.createDirectories(home.resolve(module).resolve("target/lib"));
            Files.createFile(target.resolveSibling("qcmd-" + module + "-0.1.0-SNAPSHOT.jar"));
        }
        jdk = jdk("17.0.15");
    }

    @Test
    void startsTheCommandLine_withWordsAsTheyAre() throws Exception {
        Ended ended = qcmd(Map.of(), "run", "*", "--", "a  b", "$HOME", "");
        assertThat(ended.out.lines())
                .containsSequence("io.qcmd.client.cli.QcmdMain", "run", "*", "--", "a  b", "$HOME");
        assertThat(ended.out.lines())
                .contains("-Dqcmd.home=" + home, "-Dqcmd.launcher=" + launcher, "-Dqcmd.terminal=false")
                .contains(home + "/client/target/qcmd-client-0.1.0-SNAPSHOT.jar:" + home + "/client/target/lib/*");
    }

    @Test
    void passesWordsAsUtf8_inAnyLocale_andTellsWhatATerminalCanShow() throws Exception {
        Map<Map<String, String>, String> charsets = Map.of(
                Map.of(), "US-ASCII",
                Map.of("LANG", "C"), "US-ASCII",
                Map.of("LANG", "de_DE"), "US-ASCII",
                Map.of("LANG", "C", "LC_CTYPE", "de_DE.UTF-8@euro"), "UTF-8",
                Map.of("LANG", "en_US.utf8", "LC_CTYPE", "C", "LC_ALL", "zh_CN.GB18030"), "GB18030");
        for (Map.Entry<Map<String, String>, String> entry : charsets.entrySet()) {
            assertThat(qcmd(entry.getKey(), "status").out.lines())
                    .as("%s", entry)
                    .contains("LC_ALL=C.UTF-8", "-Dqcmd.charset=" + entry.getValue());
        }
    }

    @Test
    void startsTheServers() throws Exception {
        assertThat(qcmd(Map.of(), "bus", "--config", "x").out.lines())
                .containsSequence("io.qcmd.bus.BusMain", "--config", "x")
                .contains(home + "/bus/target/qcmd-bus-0.1.0-SNAPSHOT.jar:" + home + "/bus/target/lib/*");
        assertThat(qcmd(Map.of(), "agent").out.lines()).contains("io.qcmd.agent.AgentMain", "-Xmx32m");
    }

    @Test
    void findsItself_throughLinks() throws Exception {
        Path far = Files.createSymbolicLink(directory.resolve("far"), launcher);
        Path near = Files.createSymbolicLink(directory.resolve("near"), Path.of("far"));
        assertThat(far).isSymbolicLink();
        assertThat(run(Map.of("JAVA_HOME", jdk.toString()), near.toString(), "status")
                        .out
                        .lines())
                .contains("-Dqcmd.home=" + home, "-Dqcmd.launcher=" + launcher);
    }

    @Test
    void findsJavaOnThePath() throws Exception {
        String path = jdk.resolve("bin") + ":/usr/bin:/bin";
        assertThat(run(Map.of("PATH", path), launcher.toString(), "status").out).contains("QcmdMain");
    }

    @Test
    void addsWhatNewerJavasWant() throws Exception {
        assertThat(qcmd(Map.of(), "status").out).doesNotContain("--sun-misc-unsafe");
        String jdk25 = jdk("25").toString();
        assertThat(qcmd(Map.of("JAVA_HOME", jdk25), "status").out.lines())
                .contains("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void saysThatThereIsNoJava() throws Exception {
        // What the launcher itself needs, and no java.
        Path tools = Files.createDirectories(directory.resolve("tools"));
        Ended ended = run(Map.of("PATH", tools.toString()), launcher.toString(), "status");
        assertThat(ended.exit).isEqualTo(2);
        assertThat(ended.err).startsWith("qcmd: no java").contains("try:");
        assertThat(qcmd(Map.of("JAVA_HOME", "/nowhere"), "status").err).contains("JAVA_HOME is '/nowhere'");
    }

    @Test
    void saysThatJavaIsTooOld() throws Exception {
        Ended ended = qcmd(Map.of("JAVA_HOME", jdk("11.0.2").toString()), "status");
        assertThat(ended.exit).isEqualTo(2);
        assertThat(ended.err).contains("is version '11.0.2'; 17 or newer is needed");
        assertThat(qcmd(Map.of("JAVA_HOME", jdk("1.8.0_292").toString()), "status").exit)
                .isEqualTo(2);
    }

    @Test
    void builds_whenThereAreNoJars_andShowsWhyItCannot() throws Exception {
        Files.delete(home.resolve("client/target/qcmd-client-0.1.0-SNAPSHOT.jar"));
        assertThat(qcmd(Map.of(), "status").err).contains("nothing to build them from");

        Files.createFile(home.resolve("pom.xml"));
        script("tools/mvn", "echo compile error; exit 1");
        Map<String, String> path = Map.of("PATH", directory.resolve("tools") + ":/usr/bin:/bin");
        Ended ended = qcmd(path, "status");
        assertThat(ended.exit).isEqualTo(2);
        assertThat(ended.err).contains("building (first time", "failed", "compile error", "build.log");

        script("tools/mvn", "touch client/target/qcmd-client-0.1.0-SNAPSHOT.jar");
        assertThat(qcmd(path, "status").err).endsWith("done\n");
        assertThat(qcmd(path, "status").err).isEmpty();
    }

    @Test
    void needsAllModulesForADemo_andOneForTheRest() throws Exception {
        Files.delete(home.resolve("bus/target/qcmd-bus-0.1.0-SNAPSHOT.jar"));
        assertThat(qcmd(Map.of(), "status").exit).isZero();
        assertThat(qcmd(Map.of(), "demo").exit).isEqualTo(2);
    }

    @Test
    void makesAnArchive_andUsesItFromThenOn() throws Exception {
        Map<String, String> java = java("17.0.15");
        Path archive = home.resolve("client/target/archive/17.0.15+6.jsa");
        assertThat(qcmd(with(java, "QCMD_ARCHIVE", "now"), "status").out.lines())
                .contains("-XX:SharedArchiveFile=" + archive, "io.qcmd.client.cli.QcmdMain");
        assertThat(archive).hasContent("archive");
        assertThat(qcmd(java, "status").out.lines()).contains("-XX:SharedArchiveFile=" + archive);
        assertThat(archive.resolveSibling(".17.0.15+6")).doesNotExist();
    }

    @Test
    void makesACache_onNewerJavas() throws Exception {
        Map<String, String> java = java("25.0.3");
        Path archive = home.resolve("client/target/archive/25.0.3+6.jsa");
        assertThat(qcmd(with(java, "QCMD_ARCHIVE", "now"), "status").out.lines())
                .contains("-XX:AOTCache=" + archive);
        assertThat(archive).exists();
        // It pays for itself only where there is something to do.
        assertThat(qcmd(java, "--version").out).contains("--version").doesNotContain("AOTCache");
    }

    @Test
    void makesAnArchiveInTheBackground() throws Exception {
        Map<String, String> java = java("17.0.15");
        assertThat(qcmd(java, "status").out).contains("QcmdMain").doesNotContain("SharedArchiveFile");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !Files.exists(home.resolve("client/target/archive/.17.0.15+6"))
                        && Files.exists(home.resolve("client/target/archive/17.0.15+6.jsa")));
        assertThat(qcmd(java, "status").out).contains("SharedArchiveFile");
    }

    @Test
    void makesNoArchive_whenToldSo() throws Exception {
        assertThat(qcmd(with(java("17.0.15"), "QCMD_ARCHIVE", "off"), "status").out)
                .contains("QcmdMain")
                .doesNotContain("SharedArchiveFile");
        assertThat(home.resolve("client/target/archive")).doesNotExist();
    }

    @Test
    void makesAnotherArchive_whenAJarIsNewer() throws Exception {
        Map<String, String> java = java("17.0.15");
        Path archive =
                Files.createDirectories(home.resolve("client/target/archive")).resolve("17.0.15+6.jsa");
        Files.writeString(archive, "old");
        Files.setLastModifiedTime(archive, FileTime.fromMillis(1_000));
        assertThat(qcmd(with(java, "QCMD_ARCHIVE", "now"), "status").out).contains("SharedArchiveFile=" + archive);
        assertThat(archive).hasContent("archive");
    }

    @Test
    void startsWithoutAnArchive_whenItCannotBeMade_andDoesNotTryAgainAtOnce() throws Exception {
        Map<String, String> broken = with(java("17.0.15"), "QCMD_ARCHIVE", "now", "FAKE_FAILS", "Rehearsal");
        for (int i = 0; i < 2; i++) {
            Ended ended = qcmd(broken, "status");
            assertThat(ended.exit).isZero();
            assertThat(ended.out).contains("QcmdMain").doesNotContain("SharedArchiveFile");
        }
        assertThat(directory.resolve("rehearsals")).hasContent("1");
    }

    @Test
    void keepsTheArchiveInTheCacheOfTheUser_whenTheFolderIsNotHis() throws Exception {
        Path cache = Files.createDirectories(directory.resolve("my cache"));
        giveAway(home.resolve("client/target"));
        Map<String, String> java = with(java("17.0.15"), "XDG_CACHE_HOME", cache.toString());
        Path archive = cache.resolve("qcmd" + home + "/17.0.15+6.jsa");
        assertThat(qcmd(with(java, "QCMD_ARCHIVE", "now"), "status").out).contains("SharedArchiveFile=" + archive);
        assertThat(qcmd(java, "status").out).contains("SharedArchiveFile=" + archive);
        assertThat(home.resolve("client/target/archive")).doesNotExist();

        Map<String, String> nowhere = with(java, "XDG_CACHE_HOME", "/nowhere/at/all", "QCMD_ARCHIVE", "now");
        Ended ended = qcmd(nowhere, "status");
        assertThat(ended.out).contains("QcmdMain").doesNotContain("SharedArchiveFile");
        assertThat(ended.err).isEmpty();
    }

    @Test
    void leavesAnArchiveAlone_thatIsNotRootsOwn() throws Exception {
        assumeTrue(isRoot(), "only root may give files away");
        Map<String, String> java = with(
                java("17.0.15"), "XDG_CACHE_HOME", directory.resolve("none").toString());
        Path archive = home.resolve("client/target/archive/17.0.15+6.jsa");
        assertThat(qcmd(with(java, "QCMD_ARCHIVE", "now"), "status").out).contains("SharedArchiveFile");
        giveAway(archive);
        giveAway(home.resolve("client/target"));
        assertThat(qcmd(java, "status").out).contains("QcmdMain").doesNotContain("SharedArchiveFile");
    }

    /** A JDK that has all that an archive needs. */
    private Map<String, String> java(String version) throws IOException {
        Path place = jdk(version);
        Files.writeString(
                place.resolve("release"), "JAVA_RUNTIME_VERSION=\"" + version + "+6\"\n", StandardOpenOption.APPEND);
        return Map.of("JAVA_HOME", place.toString());
    }

    private static Map<String, String> with(Map<String, String> environment, String... pairs) {
        Map<String, String> more = new HashMap<>(environment);
        for (int i = 0; i < pairs.length; i += 2) {
            more.put(pairs[i], pairs[i + 1]);
        }
        return more;
    }

    /** To somebody else, where that is possible; else at least nobody may write to it. */
    private static void giveAway(Path file) throws IOException {
        if (isRoot()) {
            Files.setAttribute(file, "unix:uid", 65_534);
        } else {
            assertThat(file.toFile().setWritable(false)).isTrue();
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** Its java prints its words, and leaves the files behind that it was told to make. */
    private Path jdk(String version) throws IOException {
        Path place = directory.resolve("jdk " + version);
        script("jdk " + version + "/bin/java", FAKE.replace("DIRECTORY", directory.toString()));
        Files.writeString(
                place.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"y\"\n");
        return place;
    }

    private void script(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Ended qcmd(Map<String, String> environment, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add(0, launcher.toString());
        Map<String, String> all = new HashMap<>(Map.of("JAVA_HOME", jdk.toString()));
        all.putAll(environment);
        return run(all, words.toArray(String[]::new));
    }

    private Ended run(Map<String, String> environment, String... words) throws Exception {
        File out = directory.resolve("out").toFile();
        File err = directory.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        builder.environment().putAll(environment);
        int exit = builder.start().waitFor();
        return new Ended(
                exit,
                Files.readString(out.toPath(), StandardCharsets.UTF_8),
                Files.readString(err.toPath(), StandardCharsets.UTF_8));
    }
}
