package io.qcmd.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
        put(facts, "os", release("ID="));
        put(facts, "os_version", release("VERSION_ID="));
        put(facts, "os_name", release("PRETTY_NAME="));
        put(facts, "kernel", Optional.ofNullable(System.getProperty("os.version")));
        put(facts, "arch", Optional.ofNullable(System.getProperty("os.arch")));
        put(facts, "hostname", value(HOST_NAME, ""));
        put(facts, "cpus", Optional.of(String.valueOf(Runtime.getRuntime().availableProcessors())));
        put(facts, "memory", value(MEMORY, "MemTotal:"));
        List<InetAddress> addresses = addresses();
        put(facts, "ipv4", texts(addresses, Inet4Address.class));
        put(facts, "ipv6", texts(addresses, Inet6Address.class));
        put(facts, "containment", Optional.of(containment.described()));
        return facts;
    }

    private static Optional<String> release(String key) {
        return value(RELEASE, key).map(text -> text.replace("\"", ""));
    }

    /** Those that other hosts may know. Asks the kernel alone: no name is looked up. */
    private static List<InetAddress> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .toList();
        } catch (SocketException e) {
            return List.of();
        }
    }

    /** As many as there is room for, with spaces between them, none cut. */
    static Optional<String> texts(List<InetAddress> addresses, Class<? extends InetAddress> family) {
        StringBuilder texts = new StringBuilder();
        for (InetAddress address : addresses) {
            String text = address.getHostAddress().replaceFirst("%.*", "");
            if (family.isInstance(address) && texts.length() + text.length() < LONGEST) {
                texts.append(texts.length() == 0 ? "" : " ").append(text);
            }
        }
        return Optional.of(texts.toString());
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
