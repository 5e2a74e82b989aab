package io.qcmd.bus.fleet;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.Await.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.GroupDraft;
import io.qcmd.protocol.GroupPage;
import io.qcmd.protocol.GroupRef;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupsTest {
    private static final Principal LI = new Principal.Remote("li");

    private final MemoryStore store = new MemoryStore();
    private final Clock clock = Clock.fixed(Instant.ofEpochMilli(5_000), ZoneOffset.UTC);
    private final Groups groups = new Groups(store, clock, 1_000, 100);

    @Test
    void group_isThere_alsoAfterARestart_andWasAudited() {
        Group saved = set("web", "role=web and not web13");

        assertThat(saved).isEqualTo(new Group("web", new Target("role=web and not web13"), 5_000, LI.name()));
        assertThat(groups.target("web")).isEqualTo(saved.target());
        Groups later = new Groups(store, clock, 1_000, 100);
        assertThat(value(later.load())).isEqualTo(1);
        assertThat(later.target("web")).isEqualTo(saved.target());
        assertThat(store.audits())
                .containsExactly(new AuditRecord(5_000, LI.trace(), "GROUP_SET", "web", "role=web and not web13"));
    }

    @Test
    void group_maybeReplaced_andRemoved() {
        set("web", "web*");
        set("web", "web[1-3]");
        assertThat(groups.target("web")).isEqualTo(new Target("web[1-3]"));

        assertThat(value(groups.remove(LI, new GroupRef("web"))).target()).isEqualTo(new Target("web[1-3]"));
        assertThat(groups.target("web")).isNull();
        assertThat(values(store.groups())).isEmpty();
        assertThatThrownBy(() -> await(groups.remove(LI, new GroupRef("web"))))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.GROUP_NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "new|web* and|TARGET_INVALID",
                "new|Web1|TARGET_INVALID",
                "new|~(|TARGET_INVALID",
                "new|@nosuch|GROUP_NOT_FOUND",
                "new|web1 or @new|GROUP_INVALID",
                "web|@all|GROUP_INVALID",
                "new|web[1-101]|LIMIT_EXCEEDED"
            })
    void refusesWhatCouldNotBeUsed_andKeepsWhatThereIs(String name, String target, ErrorCode code) {
        set("web", "web*");
        set("all", "@web or db*");

        assertThatThrownBy(() -> set(name, target))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(code);
        assertThat(groups.target("web")).isEqualTo(new Target("web*"));
        assertThat(values(store.groups())).hasSize(2);
    }

    @Test
    void refusesMoreThanThereMayBe() {
        Groups two = new Groups(store, clock, 2, 100);
        await(two.set(LI, new GroupDraft("a", new Target("a"))));
        await(two.set(LI, new GroupDraft("b", new Target("b"))));
        await(two.set(LI, new GroupDraft("b", new Target("c"))));

        assertThatThrownBy(() -> await(two.set(LI, new GroupDraft("c", new Target("c")))))
                .hasMessage("group '@c': there are 2 already, the limit of groups");
        assertThatThrownBy(() -> set("long", "a".repeat(65_537))).hasMessageContaining("has 65537 characters");
    }

    @Test
    void list_isPaged_byRowsAndByLength() {
        assertThat(values(groups.list())).containsExactly(new GroupPage(List.of()));
        IntStream.range(0, 300).forEach(i -> set(String.format("g%03d", i), "web" + i));
        IntStream.range(0, 5).forEach(i -> set("h" + i, "web1" + " ".repeat(60_000) + "or web" + i));

        List<GroupPage> pages = values(groups.list());

        assertThat(pages).extracting(page -> page.groups().size()).containsExactly(256, 46, 2, 1);
        assertThat(pages.stream().flatMap(page -> page.groups().stream()))
                .extracting(Group::name)
                .isSorted()
                .hasSize(305);
    }

    private Group set(String name, String target) {
        return value(groups.set(LI, new GroupDraft(name, new Target(target))));
    }
}
