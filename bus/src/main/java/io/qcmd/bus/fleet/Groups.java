package io.qcmd.bus.fleet;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.GroupDraft;
import io.qcmd.protocol.GroupPage;
import io.qcmd.protocol.GroupRef;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The saved targets, {@code @name}: in memory, and in the registry. Each can be read when it is saved, and names neither itself nor an unknown group, the groups
 * inside it included; two that are saved in the same moment may still meet in a circle, which the use of either tells. Thread-safe.
 */
public final class Groups {
    /** Characters of one expression: some thousand names. */
    private static final int LONGEST = 64 * 1024;
    /** Characters of all expressions of a page: three bytes each fit into its frame, and a single one always does. */
    private static final int PAGE = Limits.PAGE_BYTES / 3;

    private final ConcurrentSkipListMap<String, Group> groups = new ConcurrentSkipListMap<>();
    private final Registry registry;
    private final Clock clock;
    private final int most;
    private final int mostNames;

    /**
     * @param most how many there may be
     * @param mostNames how many a group may ask for one by one, {@code targets_per_job}
     */
    public Groups(Registry registry, Clock clock, int most, int mostNames) {
        this.registry = registry;
        this.clock = clock;
        this.most = most;
        this.mostNames = mostNames;
    }

    /** Takes up what the registry holds; once, before any door opens. */
    public Mono<Long> load() {
        return registry.groups()
                .doOnNext(group -> groups.put(group.name(), group))
                .count();
    }

    /** What a group stands for; null: there is none of that name. */
    public @Nullable Target target(String name) {
        Group group = groups.get(name);
        return group == null ? null : group.target();
    }

    /** Saves a group; completes when it is on disk. */
    public Mono<Group> set(Principal actor, GroupDraft draft) {
        return Mono.defer(() -> {
            check(draft);
            long now = clock.millis();
            Group group = new Group(draft.name(), draft.target(), now, actor.name());
            String text = draft.target().expression();
            return registry.setGroup(group, new AuditRecord(now, actor.trace(), "GROUP_SET", draft.name(), text))
                    .then(Mono.fromSupplier(() -> {
                        groups.put(group.name(), group);
                        return group;
                    }));
        });
    }

    /** Removes a group, and tells what it was; GROUP_NOT_FOUND: there is none. Who still names it is told so at its next use. */
    public Mono<Group> remove(Principal actor, GroupRef ref) {
        return Mono.defer(() -> {
            Group group = groups.get(ref.name());
            if (group == null) {
                throw new QcmdException(
                        ErrorCode.GROUP_NOT_FOUND, "group '@" + ref.name() + "': there is none of that name");
            }
            String text = group.target().expression();
            return registry.removeGroup(
                            group.name(),
                            new AuditRecord(clock.millis(), actor.trace(), "GROUP_REMOVE", group.name(), text))
                    .then(Mono.fromSupplier(() -> {
                        groups.remove(group.name());
                        return group;
                    }));
        });
    }

    /** All groups in order of their names; without groups one empty page. */
    public Flux<GroupPage> list() {
        return Flux.defer(() -> Flux.fromIterable(pages()));
    }

    private void check(GroupDraft draft) {
        int length = draft.target().expression().length();
        if (length > LONGEST) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "group '@" + draft.name() + "': has " + length + " characters; at most " + LONGEST);
        }
        if (groups.size() >= most && !groups.containsKey(draft.name())) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "group '@" + draft.name() + "': there are " + most + " already, the limit of groups",
                    "remove some, or raise groups in bus.yaml");
        }
        new TargetResolver(mostNames, name -> name.equals(draft.name()) ? draft.target() : target(name))
                .check(new Target("@" + draft.name()));
    }

    private List<GroupPage> pages() {
        List<GroupPage> pages = new ArrayList<>();
        List<Group> page = new ArrayList<>();
        int characters = 0;
        for (Group group : groups.values()) {
            int more = group.target().expression().length();
            if (page.size() == Limits.PAGE_ROWS || !page.isEmpty() && characters + more > PAGE) {
                pages.add(new GroupPage(page));
                page.clear();
                characters = 0;
            }
            page.add(group);
            characters += more;
        }
        pages.add(new GroupPage(page));
        return pages;
    }
}
