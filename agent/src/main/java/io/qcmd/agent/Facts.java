package io.qcmd.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a host says of itself, read from /proc and /etc; each text at most 256 characters. What cannot be read is left out. */
final class Facts {
    private static final int LONGEST = 256;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path RELEASE = Path.of("/etc/os-release");

    private Facts() {}

    /** Names one boot of this host. Without it no process could be told from one of an earlier boot, and the agent must not start. */
    static String bootId() throws IOException {
        return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
    }

    /** With what holds its commands. */
    static Map<String, String> ofThisHost(Containment containment) {
        Map<String, String> facts = new LinkedHashMap<>();
        put(facts, "os", value(RELEASE, "PRETTY_NAME=").map(text -> text.replace("\"", "")));
        put(facts, "kernel", Optional.ofNullable(System.getProperty("os.version")));
        put(facts, "arch", Optional.ofNullable(System.getProperty("os.arch")));
        put(facts, "hostname", value(HOST_NAME, ""));
        put(facts, "cpus", Optional.of(String.valueOf(Runtime.getRuntime().availableProcessors())));
        put(facts, "memory", value(MEMORY, "MemTotal:"));
        put(facts, "containment", Optional.of(containment.described()));
        return facts;
    }

    /** What follows in the first line that begins like this. */
    private static Optional<String> value(Path file, String beginning) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(beginning))
                    .findFirst()
                    .map(line -> line.substring(beginning.length()).strip());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static void put(Map<String, String> facts, String name, Optional<String> value) {
        value.filter(text -> !text.isEmpty())
                .ifPresent(text -> facts.put(name, text.substring(0, Math.min(LONGEST, text.length()))));
    }
}
