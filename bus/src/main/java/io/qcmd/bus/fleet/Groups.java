package io.qcmd.bus.fleet;

import io.qcmd.bus.security.Principal;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.GroupDraft;
import io.qcmd.protocol.GroupPage;
import io.qcmd.protocol.GroupRef;
import io.qcmd.protocol.QcmdException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The saved targets, {@code @name}. Thread-safe. */
public final class Groups {
    /** Saves a group; completes when it is on disk. */
    public Mono<Group> set(Principal actor, GroupDraft draft) {
        return Mono.error(new QcmdException(ErrorCode.UNKNOWN_ROUTE, "groups: not yet"));
    }

    /** Removes a group; GROUP_NOT_FOUND: there is none. */
    public Mono<Group> remove(Principal actor, GroupRef group) {
        return Mono.error(new QcmdException(ErrorCode.UNKNOWN_ROUTE, "groups: not yet"));
    }

    /** All groups in order of their names. */
    public Flux<GroupPage> list() {
        return Flux.error(new QcmdException(ErrorCode.UNKNOWN_ROUTE, "groups: not yet"));
    }
}
