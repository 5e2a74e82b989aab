package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a bus is, and who says so.
 *
 * @param url {@code rsocket://host:port} or {@code rsocket+unix:/path}
 * @param origin where the URL comes from, for people
 */
public record BusUrl(String url, String origin) {
    private static final String TCP = "rsocket://";
    private static final String UNIX = "rsocket+unix:";
    private static final String LOCAL = "/run/qcmd/bus.sock";
    private static final int CLIENTS = 7506;
    /** What every kernel has room for. */
    private static final int LONGEST_SOCKET = 100;

    public BusUrl {
        if (!url.startsWith(UNIX + "/") && !isTcp(url)) {
            throw invalid(url, "is no address of a bus", "use rsocket://host:port or rsocket+unix:/path");
        }
        int path = url.startsWith(UNIX) ? url.substring(UNIX.length()).getBytes(StandardCharsets.UTF_8).length : 0;
        if (path > LONGEST_SOCKET) {
            throw invalid(
                    url,
                    "a path of " + path + " bytes; that of a socket has at most " + LONGEST_SOCKET,
                    "give the bus a shorter path: socket in bus.yaml");
        }
    }

    /**
     * The first of: {@code QCMD_BUS}, the demo beside the launcher, the local socket {@code /run/qcmd/bus.sock}. Whether a bus answers there is not looked at.
     *
     * @param home the directory of the launcher; null when there is none
     */
    public static BusUrl find(Map<String, String> environment, @Nullable Path home) {
        String named = environment.getOrDefault("QCMD_BUS", "");
        if (!named.isEmpty()) {
            return new BusUrl(named, "from QCMD_BUS");
        }
        BusUrl demo = home == null ? null : demo(home.resolve(".qcmd-demo"));
        return demo != null ? demo : new BusUrl(UNIX + LOCAL, "the local socket: no --bus, QCMD_BUS, profile or demo");
    }

    /** The bus of a demo with this directory; null when there is none. */
    private static @Nullable BusUrl demo(Path directory) {
        Path named = directory.resolve("bus.address");
        Path socket = directory.resolve("bus.sock");
        try {
            if (Files.exists(named)) {
                return new BusUrl(Files.readString(named).strip(), "from " + named);
            }
        } catch (IOException e) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "cannot read " + named + ": " + e.getMessage());
        }
        return Files.exists(socket) ? new BusUrl(UNIX + socket, "the demo in " + directory) : null;
    }

    /** The path of its Unix socket; null for TCP. */
    public @Nullable Path socket() {
        return url.startsWith(UNIX) ? Path.of(url.substring(UNIX.length())) : null;
    }

    String host() {
        return uri().getHost();
    }

    int port() {
        return uri().getPort() < 0 ? CLIENTS : uri().getPort();
    }

    private URI uri() {
        return URI.create(url);
    }

    private static boolean isTcp(String url) {
        try {
            URI uri = new URI(url);
            return url.startsWith(TCP)
                    && uri.getHost() != null
                    && uri.getPort() <= 65_535
                    && uri.getRawPath().isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static QcmdException invalid(String url, String rule, String remedy) {
        return new QcmdException(ErrorCode.BAD_REQUEST, "bus " + Quoted.of(url) + ": " + rule, remedy);
    }
}
