package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.transport.Leaks;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.blockhound.BlockHound;

/** A {@link Watchman} in another process, and what it tells. */
final class Watch {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Path jar;
    private final Path place;

    private Watch(Path jar, Path place) {
        this.jar = jar;
        this.place = place;
    }

    /** For one process; its files begin with the name. */
    static Watch in(Path directory, String name) {
        Path jar = directory.resolve(name + ".watch.jar");
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", Watchman.class.getName());
        attributes.putValue("Can-Redefine-Classes", "true");
        attributes.putValue("Can-Retransform-Classes", "true");
        attributes.putValue("Can-Set-Native-Method-Prefix", "true");
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Stream.of(Watchman.class, Leaks.class, BlockHound.class)
                        .map(Watch::origin)
                        .collect(Collectors.joining(" ")));
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Watch(jar, directory.resolve(name));
    }

    /** What the JVM to be watched is started with. */
    String options() {
        return "-javaagent:" + jar + "=" + place
                + " -XX:+AllowRedefinitionToAddDeleteMethods -Dio.netty.leakDetection.level=paranoid";
    }

    /** Bytes of heap and direct buffers in use in that process, after a collection; it also looks for leaks. */
    long memory() throws IOException {
        int port = Integer.parseInt(Files.readString(beside(".port")));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return Long.parseLong(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    /** All that must not be, line by line; empty is good. */
    String found() {
        try {
            return Files.exists(beside(".found")) ? Files.readString(beside(".found")) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertNothingFound() {
        assertThat(found()).as("blocked or leaked in %s", place.getFileName()).isEmpty();
    }

    private Path beside(String suffix) {
        return place.resolveSibling(place.getFileName() + suffix);
    }

    private static String origin(Class<?> type) {
        try {
            return type.getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
