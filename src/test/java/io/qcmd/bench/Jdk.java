package io.qcmd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A Java that is installed here.
 *
 * @param feature 17, 25
 * @param version as it calls itself: 17.0.15
 */
record Jdk(Path home, int feature, String version) {
    private static final Path USUAL = Path.of("/usr/lib/jvm");

    /** The one in this directory; what its file {@code release} says. */
    static Jdk in(Path home) {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
        return new Jdk(home, Integer.parseInt(version.split("\\.")[0]), version);
    }

    /** The one that runs this, and where Debian puts them one for each other feature release from 17 on. */
    static Collection<Jdk> installed() {
        Map<Integer, Jdk> found = new TreeMap<>();
        Jdk mine = in(Path.of(System.getProperty("java.home")));
        found.put(mine.feature, mine);
        try (Stream<Path> all = Files.isDirectory(USUAL) ? Files.list(USUAL) : Stream.of()) {
            List<Path> homes = all.filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .filter(home -> Files.isReadable(home.resolve("release")))
                    .sorted(Comparator.naturalOrder())
                    .toList();
            homes.stream()
                    .map(Jdk::in)
                    .filter(jdk -> jdk.feature >= 17)
                    .forEach(jdk -> found.putIfAbsent(jdk.feature, jdk));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.values();
    }

    String java() {
        return home.resolve("bin/java").toString();
    }
}
