package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Discarded.Reason;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.Sample;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import io.qcmd.protocol.Target;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SelectorTest {
    private static final Roster FLEET = Rosters.named("web1", "web2", "web3", "web4", "db1", "db2");
    private static final Set<String> BAD = Set.of("web2", "db2");

    private final Selector selector = selector(new Random(1));

    @Test
    void exclude_takesAway_andSaysWho() {
        Resolution resolution = select(of("web*,web9")
                .withExclude(new Target("web[1-2],web8,db1"))
                .withUncontrollable(WhenUncontrollable.QUEUE));

        assertThat(ids(resolution)).containsExactly("web3", "web4");
        assertThat(resolution.discarded())
                .containsExactly(
                        new Discarded.Name("web9", Reason.UNKNOWN, true),
                        new Discarded.Name("web1", Reason.EXCLUDED, false),
                        new Discarded.Name("web2", Reason.EXCLUDED, false),
                        new Discarded.Name("web8", Reason.UNKNOWN, false));
    }

    @Test
    void uncontrollable_areLeftOut_andWereAskedForWhenNamed() {
        assertThat(select(of("web*")).discarded())
                .containsExactly(new Discarded.Name("web2", Reason.UNCONTROLLABLE, false));

        Resolution named = select(of("web[1-2] or db*"));
        assertThat(ids(named)).containsExactly("db1", "web1");
        assertThat(named.discarded())
                .containsExactly(
                        new Discarded.Name("db2", Reason.UNCONTROLLABLE, false),
                        new Discarded.Name("web2", Reason.UNCONTROLLABLE, true));
        assertThat(Discarded.of(named.discarded()).asked()).isEqualTo(1);
    }

    @Test
    void uncontrollable_stayWhenTheyMayQueue_andRefuseTheJobWhenTheyMustNotBe() {
        assertThat(ids(select(of("*").withUncontrollable(WhenUncontrollable.QUEUE))))
                .hasSize(6);
        assertThatThrownBy(() -> select(of("*").withUncontrollable(WhenUncontrollable.FAIL)))
                .hasMessage("2 of 6 minions are uncontrollable: db2 (gone), web2 (gone). No job was created.")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.MINIONS_UNCONTROLLABLE);
        assertThat(ids(select(
                        of("*").withUncontrollable(WhenUncontrollable.FAIL).withExclude(new Target("web2,db2")))))
                .hasSize(4);
    }

    @Test
    void sample_isARandomPart_andAllTogetherAreAllMinions() {
        Set<List<String>> drawn = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Resolution resolution = select(of("*").withSample(new Sample(50, true)));
            assertThat(ids(resolution)).hasSize(2).isSorted();
            assertThat(resolution.discarded())
                    .filteredOn(name -> name.reason() == Reason.NOT_SAMPLED)
                    .hasSize(2);
            drawn.add(ids(resolution));
        }
        assertThat(drawn).hasSize(6);
        assertThat(drawn.stream().flatMap(Collection::stream)).contains("web1", "web3", "web4", "db1");
        assertThat(ids(select(of("*").withSample(new Sample(9, false))))).hasSize(4);
    }

    @Test
    void limit_takesTheFirst_ofWhatIsLeft() {
        Resolution resolution =
                select(of("web*").withExclude(new Target("web1")).withLimit(1));

        assertThat(ids(resolution)).containsExactly("web3");
        assertThat(resolution.discarded())
                .extracting(name -> name.name() + " " + name.reason())
                .containsExactly("web1 EXCLUDED", "web2 UNCONTROLLABLE", "web4 OVER_LIMIT");
        assertThat(Discarded.of(select(of("web1,web3").withLimit(1)).discarded())
                        .asked())
                .isZero();
    }

    @Test
    @Tag("A19")
    void nobodyIsLeft_whenAllAreTakenAway() {
        Resolution resolution = select(of("web*").withExclude(new Target("*")));

        assertThat(resolution.minions()).isEmpty();
        assertThat(resolution.discarded()).hasSize(4).allMatch(name -> name.reason() == Reason.EXCLUDED);
    }

    @Test
    void pages_holdMinionsThenDiscarded() {
        Roster fleet = Rosters.named(IntStream.range(0, 5).mapToObj(i -> "web" + i));
        Resolution resolution = selector.select(
                of("*,x,y").withExclude(new Target("web[3-4]")).withUncontrollable(WhenUncontrollable.QUEUE), fleet);

        List<PreviewPage> pages = resolution.pages(4).toList();

        assertThat(pages).extracting(PreviewPage::matched).containsExactly(3, 3);
        assertThat(pages).extracting(page -> page.minions().size()).containsExactly(3, 0);
        assertThat(pages)
                .extracting(page ->
                        page.discarded().stream().map(Discarded.Name::name).toList())
                .containsExactly(List.of("x"), List.of("y", "web3", "web4"));
        assertThat(new Resolution(List.of(), List.of()).pages(4)).hasSize(1);
    }

    private Resolution select(Selection selection) {
        return selector.select(selection, FLEET);
    }

    private static Selection of(String target) {
        return Selection.of(new Target(target));
    }

    private static List<String> ids(Resolution resolution) {
        return resolution.minions().stream().map(MinionId::value).toList();
    }

    private static Selector selector(Random random) {
        return new Selector(
                new TargetResolver(100, name -> null),
                minion -> BAD.contains(minion.value())
                        ? new Uncontrollable(Uncontrollable.Reason.GONE, "gone for 2 m", 1)
                        : null,
                random);
    }
}
