package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom a command reaches, from what is typed to the processes: four agents with labels. */
@Timeout(240)
class TargetsIT {
    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus();
        house.startAgent("web1", "labels: {role: web, dc: bj, ipv4: 10.1.0.7}");
        house.startAgent("web2", "labels: {role: web, dc: sh, ipv4: 10.2.0.7}");
        house.startAgent("web3", "labels: {role: web, dc: bj}");
        house.startAgent("db1", "labels: {role: db, dc: bj}");
        house.awaitUp("web1", "web2", "web3", "db1");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void everyKindOfTarget_reachesItsMinions() {
        assertThat(reached("role=web")).containsExactly("web1", "web2", "web3");
        assertThat(reached("role=web and dc=bj and not web3")).containsExactly("web1");
        assertThat(reached("dc!=bj or db*")).containsExactly("db1", "web2");
        assertThat(reached("~^(web|db)1$")).containsExactly("db1", "web1");
        assertThat(reached("10.1.0.0/16")).containsExactly("web1");
        assertThat(reached("G@kernel:* and web[2-3]")).containsExactly("web2", "web3");
    }

    @Test
    void excludeAndLimit_takeAway_andTheRunSaysSo() {
        House.Answer answer =
                house.qcmd("run", "web*", "--exclude", "dc=sh", "--limit", "1", "--", "echo $QCMD_MINION");

        assertThat(answer.exit()).as("%s", answer).isZero();
        assertThat(answer.out()).isEqualTo("web1: web1\n");
        assertThat(answer.err()).contains("left out: 1 minion (excluded)", "left out: 1 minion (over limit)", "1 ok");
    }

    @Test
    void sample_isAPart() {
        List<TargetResult> results = House.answer(house.run("role=web")
                .sample(new Selection.Sample(50, true))
                .shell("true")
                .results()
                .collectList());

        assertThat(results).hasSize(2).extracting(TargetResult::minion).isSubsetOf("web1", "web2", "web3");
    }

    @Test
    void filesAndStdin_areTargets() throws IOException {
        Path hosts = Files.writeString(house.file("hosts"), "# two racks\nweb[1-2]\ndb1\n");

        House.Answer file = house.qcmd("ping", "-q", "@file:" + hosts + " and not web2");
        assertThat(file.exit()).as("%s", file).isZero();
        assertThat(file.out()).contains("web1", "db1").doesNotContain("web2", "web3");

        House.Answer stdin = house.qcmdReading(hosts, "run", "-", "--dry-run", "-q", "--", "true");
        assertThat(stdin.exit()).as("%s", stdin).isZero();
        assertThat(stdin.out()).isEqualTo("db1\nweb1\nweb2\n");

        Files.writeString(hosts, "web1\nweb 2\n");
        House.Answer wrong = house.qcmd("ping", "@file:" + hosts);
        assertThat(wrong.exit()).as("%s", wrong).isEqualTo(2);
        assertThat(wrong.err()).contains("line 2");
    }

    @Test
    void group_isSaved_andUsedByName() {
        assertThat(house.qcmd("group", "set", "bj-web", "role=web and dc=bj").exit())
                .isZero();
        assertThat(reached("@bj-web")).containsExactly("web1", "web3");
        assertThat(house.qcmd("group", "ls").out()).contains("@bj-web", "role=web and dc=bj");

        House.Answer circle = house.qcmd("group", "set", "bj-web", "@bj-web or db1");
        assertThat(circle.exit()).as("%s", circle).isEqualTo(2);
        assertThat(circle.err()).contains("is inside of itself");

        House.answer(house.client().groups().remove("bj-web"));
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> reached("@bj-web"))
                .matches(e -> e.code() == ErrorCode.GROUP_NOT_FOUND);
    }

    @Test
    void dryRun_showsWhoIsMeantAndWhoIsNot_andCreatesNoJob() {
        long before = House.answer(house.client().jobs(10_000).count());

        House.Answer answer = house.qcmd("run", "--dry-run", "web[1-3],web9", "--exclude", "web2", "--", "true");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(4);
        assertThat(answer.out()).isEqualTo("web1\nweb3\n");
        assertThat(answer.err()).contains("left out: 1 minion (unknown): web9", "left out: 1 minion (excluded): web2");
        PreviewPage page = House.answer(house.client()
                .minions()
                .preview(Selection.of(new Target("db*")))
                .single());
        assertThat(page.matched()).isEqualTo(1);
        assertThat(House.answer(house.client().jobs(10_000).count())).isEqualTo(before);
    }

    @Test
    @Tag("A19")
    void nobodyLeft_createsNoJob_andSaysWho() {
        House.Answer answer = house.qcmd("run", "web*", "--exclude", "role=web", "--", "true");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(3);
        assertThat(answer.err()).contains("No minions matched the target", "left out: 3 excluded");
    }

    @Test
    void nobodyMeant_saysWhatDidNotHappen_andNothingOfJobs() {
        House.Answer list = house.qcmd("minions", "ls", "nosuch*");
        House.Answer quarantine = house.qcmd("minions", "quarantine", "nosuch*");

        assertThat(list.exit()).as("%s", list).isEqualTo(3);
        assertThat(list.err()).contains("No minions matched the target 'nosuch*' (4 known, 4 up).\n");
        assertThat(quarantine.exit()).as("%s", quarantine).isEqualTo(3);
        assertThat(quarantine.err()).contains("(4 known, 4 up). Nothing was changed.\n");
    }

    @Test
    void minionAskedForByName_thatIsUnknown_isToldByExit4() {
        House.Answer answer = house.qcmd("run", "web1,web9", "--", "true");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(4);
        assertThat(answer.err()).contains("left out: 1 minion (unknown): web9");
        assertThat(House.answer(house.run("web1,web9").shell("true").start())
                        .accepted()
                        .discarded())
                .isEqualTo(Discarded.of(List.of(new Discarded.Name("web9", Discarded.Reason.UNKNOWN, true))));
    }

    /** The minions that a command says it ran on. */
    private static List<String> reached(String target) {
        return House.answer(house.run(target)
                .shell("printf %s $QCMD_MINION")
                .results()
                .map(result -> result.output().stdout().utf8())
                .collectSortedList());
    }
}
