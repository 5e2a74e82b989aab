package io.qcmd.client;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A new job that is to be made from another. Immutable; nothing is sent before a subscription, and each subscription makes a job of its own. */
public interface Repeat {
    /** The same id, the same new job, as {@link RunSpec#requestId}; by default a new one for each subscription. */
    Repeat requestId(String id);

    /** Why, as {@link RunSpec#reason}; by default what the job says that it is made from. */
    Repeat reason(String text);

    /** As {@link RunSpec#note}, over those of the job that it is made from, which the new one keeps. */
    Repeat note(String name, String value);

    /** Completes with the handle once the new job is on the disk of the bus. Nobody left to run it on: NO_MINIONS_MATCHED, and no job. */
    Mono<StartedJob> start();

    /** {@link #start()}, then {@link Job#results()}. Cancelling it only stops watching: the job goes on. */
    default Flux<TargetResult> results() {
        return start().flatMapMany(Job::results);
    }

    /** {@link #start()}, then {@link Job#events()}, after a first {@link JobEvent.Started}. Cancelling it only stops watching. */
    default Flux<JobEvent> events() {
        return start().flatMapMany(job -> Flux.concat(Mono.just(new JobEvent.Started(job.accepted())), job.events()));
    }
}
