package io.qcmd.client;

import io.qcmd.client.profile.Given;
import io.qcmd.client.profile.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class ClientBuilder implements QcmdClient.Builder {
    private static final String BY_PROGRAM = "named by the program";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, String> environment;
    private final @Nullable Path home;
    private @Nullable String url;
    private @Nullable String profile;
    private @Nullable Duration connectTimeout;
    private Duration requestTimeout = Duration.ofSeconds(30);

    /** @param home the directory of the launcher; null when there is none */
    ClientBuilder(Map<String, String> environment, @Nullable Path home) {
        this.environment = environment;
        this.home = home;
    }

    @Override
    public ClientBuilder bus(String named) {
        url = named;
        return this;
    }

    @Override
    public ClientBuilder profile(String name) {
        profile = name;
        return this;
    }

    @Override
    public ClientBuilder connectTimeout(Duration limit) {
        connectTimeout = limit;
        return this;
    }

    @Override
    public ClientBuilder requestTimeout(Duration limit) {
        requestTimeout = limit;
        return this;
    }

    @Override
    public QcmdClient build() {
        Given given = given();
        BusUrl bus = bus(given);
        Duration patience = patience(given);
        Path socket = bus.socket();
        Requester requester =
                socket == null ? new RSocketRequester(bus, patience) : new LocalRequester(bus, socket, patience);
        return new BusClient(requester, new Reconnect(requestTimeout));
    }

    /** Of who names the bus, and no profile, nothing is read. */
    Given given() {
        if (url != null && profile == null) {
            return Given.NOTHING;
        }
        return Given.find(environment, profile == null ? null : new Given.Value(profile, BY_PROGRAM));
    }

    BusUrl bus(Given given) {
        if (url != null) {
            return new BusUrl(url, BY_PROGRAM);
        }
        Given.Value named = given.values().get(Setting.BUS);
        return named == null ? BusUrl.find(environment, home) : new BusUrl(named.text(), named.origin());
    }

    Duration patience(Given given) {
        return connectTimeout != null
                ? connectTimeout
                : given.time(Setting.CONNECT_TIMEOUT).orElse(CONNECT_TIMEOUT);
    }
}
