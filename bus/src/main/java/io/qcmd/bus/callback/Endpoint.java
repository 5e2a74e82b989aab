package io.qcmd.bus.callback;

import io.qcmd.bus.fleet.Network;
import io.qcmd.protocol.TargetState;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may be called back, as bus.yaml has it.
 *
 * @param url http or https with a host, without user and fragment
 * @param secret the file of its key
 * @param ends which ends it is told of, beside those that are always told
 * @param networks where it may be although no other callback goes there
 */
public record Endpoint(String name, URI url, Path secret, Set<TargetState> ends, List<Network> networks) {
    static final String NAME = "[a-z0-9_-]{1,64}";

    public Endpoint {
        ends = Set.copyOf(ends);
        networks = List.copyOf(networks);
    }

    /** Where TLS says who answers. */
    public boolean isSecure() {
        return "https".equals(url.getScheme());
    }

    /** Empty: nothing that a callback could be sent to. */
    static Optional<URI> url(String text) {
        try {
            URI url = new URI(text);
            boolean isOurs = ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getHost() != null
                    && hasOneReading(url.getHost())
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && url.getPort() <= 65_535
                    && url.getPort() != 0;
            return isOurs ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** What ends in a number is an IPv4 address to some and a name to others, unless it is written in full. */
    private static boolean hasOneReading(String host) {
        char first = host.charAt(host.lastIndexOf('.') + 1);
        return first < '0' || first > '9' || Network.parse(host).isPresent();
    }

    /** Final states with spaces between them. */
    static Optional<Set<TargetState>> ends(String text) {
        Set<TargetState> ends = EnumSet.noneOf(TargetState.class);
        for (String word : text.split(" +", -1)) {
            Optional<TargetState> state = Arrays.stream(TargetState.values())
                    .filter(each -> each.isFinal() && each.name().equals(word))
                    .findFirst();
            if (state.isEmpty()) {
                return Optional.empty();
            }
            ends.add(state.get());
        }
        return Optional.of(ends);
    }

    /** Networks with spaces between them. */
    static Optional<List<Network>> networks(String text) {
        List<Optional<Network>> networks =
                Arrays.stream(text.split(" +", -1)).map(Network::parse).toList();
        return networks.stream().allMatch(Optional::isPresent)
                ? Optional.of(networks.stream().map(Optional::orElseThrow).toList())
                : Optional.empty();
    }
}
