package io.qcmd.client;

import java.time.Duration;

class TcpRequesterTest extends RequesterContract {
    @Override
    protected TestBus open() {
        return TestBus.tcp();
    }

    @Override
    protected Requester requester(TestBus bus) {
        return new RSocketRequester(new BusUrl(bus.tcpUrl(), "test"), Duration.ofSeconds(5));
    }
}
