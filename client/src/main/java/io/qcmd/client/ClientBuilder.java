package io.qcmd.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

final class ClientBuilder implements QcmdClient.Builder {
    private @Nullable String url;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);

    @Override
    public ClientBuilder bus(String named) {
        url = named;
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
        String home = System.getProperty("qcmd.home");
        BusUrl bus = url != null
                ? new BusUrl(url, "named by the program")
                : BusUrl.find(System.getenv(), home == null ? null : Path.of(home));
        Path socket = bus.socket();
        Requester requester = socket == null
                ? new RSocketRequester(bus, connectTimeout)
                : new LocalRequester(bus, socket, connectTimeout);
        return new BusClient(requester, new Reconnect(requestTimeout));
    }
}
