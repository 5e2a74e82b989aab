package io.qcmd.client;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class UnixRequesterTest extends RequesterContract {
    @TempDir
    private Path directory;

    @Override
    protected TestBus open() {
        return TestBus.unix(directory.resolve("bus.sock"));
    }

    @Override
    protected Requester requester(TestBus bus) {
        BusUrl url = new BusUrl("rsocket+unix:" + directory.resolve("bus.sock"), "test");
        return new RSocketRequester(url, Duration.ofSeconds(5));
    }
}
