package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.MinionInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom a command reaches by the labels that an operator gave, whatever the agents say of themselves. */
@Timeout(180)
class LabelsIT {
    @TempDir
    private Path directory;

    @Test
    @Tag("A23")
    void labelsOfAnOperator_chooseWhoIsReached_overAKilledBusAndNewSessions() {
        try (House house = new House(directory)) {
            Program bus = house.startBus();
            house.startAgent("web1", "labels: {role: web, rack: a}");
            house.startAgent("web2", "labels: {role: web}");
            house.awaitUp("web1", "web2");

            House.Answer labelled = house.qcmd("minions", "label", "role=web", "tier=canary", "role=front", "old-");
            assertThat(labelled.out()).as("%s", labelled).isEqualTo("2 minions matched · 2 changed\n");
            assertThat(reached(house, "role=front and tier=canary")).containsExactly("web1", "web2");
            assertThat(house.qcmd("run", "role=web", "--", "true").exit()).isEqualTo(3);
            assertThat(house.qcmd("minions", "label", "web2", "tier-").out())
                    .isEqualTo("1 minion matched · 1 changed\n");

            bus.kill();
            house.startBus();
            house.awaitBus();
            house.awaitUp("web1", "web2");

            assertThat(reached(house, "tier=canary")).containsExactly("web1");
            MinionInfo web1 = house.minion("web1");
            assertThat(web1.labels()).containsEntry("role", "web");
            assertThat(web1.given().pairs()).containsEntry("role", "front").containsEntry("tier", "canary");
            assertThat(house.qcmd("minions", "ls", "web1").out()).contains("rack=a role=front tier=canary");
            assertThat(house.qcmd("minions", "show", "web1").out())
                    .contains("  given    role=front tier=canary\n", "  told     rack=a role=web\n");

            assertThat(house.qcmd("minions", "label", "web1", "role-").exit()).isZero();
            assertThat(reached(house, "role=web")).as("as its agent says").containsExactly("web1");
        }
    }

    @Test
    void labelsThatCannotBe_changeNobody_andSayWhy() {
        try (House house = new House(directory)) {
            house.startBus();
            house.startAgent("web1");
            house.awaitUp("web1");

            House.Answer nobody = house.qcmd("minions", "label", "web9", "a=b");
            assertThat(nobody.exit()).as("%s", nobody).isEqualTo(3);
            House.Answer wrong = house.qcmd("minions", "label", "web1", "a=b", "a b=c");
            assertThat(wrong.exit()).as("%s", wrong).isEqualTo(2);
            assertThat(wrong.err()).contains("name 'a b': use 1-64 of [A-Za-z0-9_.-]");
            for (int i = 0; i < 32; i += 16) {
                assertThat(house.qcmd(many(i)).exit()).isZero();
            }
            House.Answer full = house.qcmd("minions", "label", "web1", "one=more");
            assertThat(full.exit()).as("%s", full).isEqualTo(2);
            assertThat(full.err())
                    .contains("minion 'web1': labels: 33 of one minion; at most 32", "qcmd minions label TARGET NAME-");
            assertThat(house.minion("web1").given().pairs()).hasSize(32).doesNotContainKeys("a", "one");
        }
    }

    /** 16 labels. */
    private static String[] many(int from) {
        String[] words = new String[19];
        words[0] = "minions";
        words[1] = "label";
        words[2] = "web1";
        for (int i = 0; i < 16; i++) {
            words[3 + i] = "name" + (from + i) + "=v";
        }
        return words;
    }

    /** The minions that a command says it ran on. */
    private static List<String> reached(House house, String target) {
        return House.answer(house.run(target)
                .shell("printf %s $QCMD_MINION")
                .results()
                .map(result -> result.output().stdout().utf8())
                .collectSortedList());
    }
}
