package io.qcmd.bus.topic;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.TapQuery;
import reactor.core.publisher.Flux;

/** Read-only Channels for observers. Thread-safe. */
public final class Taps {
    /** Copies of what is put into a Topic from now on. */
    public Flux<TapPage> pages(TapQuery query) {
        return Flux.error(new QcmdException(ErrorCode.UNKNOWN_ROUTE, "taps: not yet"));
    }
}
