package io.qcmd.client.cli;

import io.qcmd.client.profile.FileTrouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of a demo: the settings of its bus and agents, what they keep, their logs.
 *
 * @param directory absolute
 * @param socket where clients come in: in the directory, or in a short one beside the temporary files when that path is too long for a socket
 * @param agentsPort a loopback port, the same at each start as long as nobody else has it
 * @param clientsPort likewise
 */
record DemoPlace(Path directory, Path socket, int agentsPort, int clientsPort) {
    /** What the kernel has room for, with some to spare. */
    private static final int LONGEST_SOCKET = 100;

    private static final int AGENTS = 7505;
    private static final int CLIENTS = 7506;

    /** Makes the directory, only for us; its real path. */
    static Path make(Path directory) {
        Path place = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(
                    place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return place.toRealPath();
        } catch (IOException e) {
            throw unusable(place, e);
        }
    }

    /** The file that whoever runs a demo there has locked. */
    static FileChannel open(Path place) {
        try {
            return FileChannel.open(place.resolve("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unusable(place, e);
        }
    }

    private static UsageError unusable(Path place, IOException why) {
        return new UsageError(
                "a demo cannot be kept in " + place + ": " + FileTrouble.of(why),
                "qcmd demo --dir DIR, one of your own");
    }

    /**
     * Writes the settings of the bus. Only for who holds the directory: the ports of a demo that runs must not change.
     *
     * @param usual whether the first start asks for the usual ports; two demos that start at once must not both do so
     */
    static DemoPlace prepare(Path directory, boolean usual) throws IOException {
        Path place = make(directory);
        Path settings = place.resolve("bus.yaml");
        int agents = port(settings, "agents", usual ? AGENTS : 0);
        int clients = port(settings, "clients", usual ? CLIENTS : 0);
        DemoPlace demo = new DemoPlace(place, socket(place), agents, clients);
        Files.writeString(settings, """
                agents: 127.0.0.1:%d
                clients: 127.0.0.1:%d
                socket: %s
                data: %s
                """.formatted(agents, clients, quoted(demo.socket), quoted(place.resolve("bus"))));
        return demo;
    }

    String url() {
        return "rsocket+unix:" + socket;
    }

    Path busSettings() {
        return directory.resolve("bus.yaml");
    }

    /** Writes the settings of an agent; where they are. */
    Path agentSettings(String minion) throws IOException {
        Path place = Files.createDirectories(directory.resolve(minion));
        Path settings = place.resolve("agent.yaml");
        Files.writeString(settings, """
                bus: 127.0.0.1:%d
                minion: %s
                data: %s
                reconnect_first: 100ms
                reconnect_longest: 2s
                labels:
                  role: %s
                  demo: "true"
                """.formatted(
                        agentsPort, minion, quoted(place.resolve("data")), minion.replaceAll("\\d+$", "")));
        return settings;
    }

    private static Path socket(Path place) throws IOException {
        Path socket = place.resolve("bus.sock");
        Path named = place.resolve("bus.address");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET) {
            Files.deleteIfExists(named);
            return socket;
        }
        String name = "qcmd-" + HexFormat.of().toHexDigits(place.hashCode());
        Path shorter = Path.of(System.getProperty("java.io.tmpdir"), name);
        if (!Files.isDirectory(shorter)) {
            Files.createDirectory(
                    shorter, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.writeString(named, "rsocket+unix:" + shorter.resolve("bus.sock") + "\n");
        return shorter.resolve("bus.sock");
    }

    /** The one of the last start, else the usual one, else any that is free. */
    private static int port(Path settings, String key, int usual) throws IOException {
        int last = Files.exists(settings) ? lastPort(Files.readString(settings), key) : usual;
        if (isFree(last)) {
            return last;
        }
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static int lastPort(String settings, String key) {
        Matcher line =
                Pattern.compile("(?m)^" + key + ": 127\\.0\\.0\\.1:(\\d{1,5})$").matcher(settings);
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port != 0;
        } catch (IOException taken) {
            return false;
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
