package io.qcmd.client;

import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Target;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The managed hosts that the bus knows. */
public interface Minions {
    /** In order of id. None: NO_MINIONS_MATCHED. */
    Flux<MinionInfo> list(Target target);

    /** Only those in this presence, which may be none. */
    Flux<MinionInfo> list(Target target, MinionInfo.Presence state);

    /** Unknown: MINION_NOT_FOUND. */
    Mono<MinionInfo> get(String id);

    /** Round trips in order of arrival, the silent ones last. No job; needs no free execution slot. Limit: 1 ms to 60 s. */
    Flux<PingPage.Pong> ping(Target target, Duration limit);

    /**
     * Leaves these minions out of runs, and stops what waits for them, until they are released; completes when it is on disk.
     *
     * @param reason for people, at most 1,024 characters; may be empty
     */
    Mono<Quarantined> quarantine(Target target, String reason);

    /** Ends the quarantine of these minions; completes when it is on disk. What else is wrong with them keeps them out of runs. */
    Mono<Quarantined> release(Target target);
}
