package io.qcmd.client;

import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Relabelled;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.Target;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The managed hosts that the bus knows. */
public interface Minions {
    /** All that a target means, in order of id. None: NO_MINIONS_MATCHED. */
    default Flux<MinionInfo> list(Target target) {
        return list(Selection.of(target));
    }

    /** In order of id, the uncontrollable too. None: NO_MINIONS_MATCHED. */
    Flux<MinionInfo> list(Selection selection);

    /** Only those in this presence, which may be none. */
    Flux<MinionInfo> list(Selection selection, MinionInfo.Presence state);

    /** Unknown: MINION_NOT_FOUND. */
    Mono<MinionInfo> get(String id);

    default Flux<PingPage.Pong> ping(Target target, Duration limit) {
        return ping(Selection.of(target), limit);
    }

    /** Round trips in order of arrival, the silent ones last; the uncontrollable too. No job; needs no free execution slot. Limit: 1 ms to 60 s. */
    Flux<PingPage.Pong> ping(Selection selection, Duration limit);

    /** Whom a run would mean at this moment, and whom it would leave out; one page at least, which may be nobody. A sample is drawn anew each time. */
    Flux<PreviewPage> preview(Selection selection);

    /**
     * Leaves these minions out of runs, and stops what waits for them, until they are released; completes when it is on disk.
     *
     * @param reason for people, at most 1,024 characters; may be empty
     */
    Mono<Quarantined> quarantine(Target target, String reason);

    /** Ends the quarantine of these minions; completes when it is on disk. What else is wrong with them keeps them out of runs. */
    Mono<Quarantined> release(Target target);

    /**
     * Gives these minions labels, or takes them off; completes when it is on disk, and targets mean it. A label that an operator gave stands above what the agent
     * says under the same name, and only these may grant anything. Of all minions or of none; more than one may have: LIMIT_EXCEEDED.
     */
    Mono<Relabelled> label(Target target, Labels.Change change);

    /** Forgets a minion that is gone: completes when it is on disk. What waits for it expires; its agent, should it come again, is a new minion. MINION_NOT_FOUND; connected, or with a job that may run there: BAD_REQUEST. */
    Mono<Void> remove(String id);

    /**
     * Copies of the messages on their way to a minion, from now on; the first page is empty and says that the tap is open. Who reads too slowly loses the oldest,
     * which are counted; the minion is not concerned. Never completes; a connection that breaks ends it with UNREACHABLE. MINION_NOT_FOUND; too many taps: BUSY.
     */
    Flux<TapPage> tap(String id);
}
