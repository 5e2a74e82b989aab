package io.qcmd.client;

import io.qcmd.protocol.Group;
import io.qcmd.protocol.GroupDraft;
import io.qcmd.protocol.GroupPage;
import io.qcmd.protocol.GroupRef;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Target;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The groups of a bus. */
record BusGroups(BusClient client) implements Groups {
    @Override
    public Flux<Group> list() {
        return client.pages(Route.GROUP_LIST, new Route.Empty(), GroupPage.class)
                .flatMapIterable(GroupPage::groups);
    }

    @Override
    public Mono<Group> set(String name, Target target) {
        return client.ask(Route.GROUP_SET, new GroupDraft(name, target), Group.class);
    }

    @Override
    public Mono<Group> remove(String name) {
        return client.ask(Route.GROUP_REMOVE, new GroupRef(name), Group.class);
    }
}
