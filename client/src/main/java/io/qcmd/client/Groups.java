package io.qcmd.client;

import io.qcmd.protocol.Group;
import io.qcmd.protocol.Target;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The saved targets of the bus, {@code @name} in any target. */
public interface Groups {
    /** In order of their names. */
    Flux<Group> list();

    /**
     * Saves a group, in place of an older one of that name; whom it means is asked for at each use. An expression that cannot be read: TARGET_INVALID; one that
     * names an unknown group or itself: GROUP_NOT_FOUND, GROUP_INVALID.
     */
    Mono<Group> set(String name, Target target);

    /** Removes a group, and tells what it was. Unknown: GROUP_NOT_FOUND. */
    Mono<Group> remove(String name);
}
