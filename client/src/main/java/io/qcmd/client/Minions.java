package io.qcmd.client;

import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.Target;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The managed hosts that the bus knows. */
public interface Minions {
    /** In order of id. None: NO_MINIONS_MATCHED. */
    Flux<MinionInfo> list(Target target);

    /** Unknown: MINION_NOT_FOUND. */
    Mono<MinionInfo> get(String id);

    /** Round trips in order of arrival, the silent ones last. No job; needs no free execution slot. Limit: 1 ms to 60 s. */
    Flux<PingPage.Pong> ping(Target target, Duration limit);

    /**
     * Copies of the messages on their way to a minion, from now on; the first page is empty and says that the tap is open. Who reads too slowly loses the oldest,
     * which are counted; the minion is not concerned. Never completes; a connection that breaks ends it with UNREACHABLE. MINION_NOT_FOUND; too many taps: BUSY.
     */
    Flux<TapPage> tap(String id);
}
