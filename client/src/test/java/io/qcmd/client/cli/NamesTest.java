package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

class NamesTest {
    @TempDir
    private Path home;

    @Test
    void listsKeepWhatTheyShowed_newestFirst_forTheirOwnerAlone() throws IOException {
        Typist typist = new Typist(home);
        typist.client.minions = Flux.just(minion("db1"), minion("web1"));
        assertThat(typist.type("minions", "ls")).isZero();
        typist.client.minions = Flux.just(minion("web2"), minion("db1"));
        assertThat(typist.type("minions", "ls", "-o", "json")).isZero();
        assertThat(typist.type("group", "ls")).isZero();

        assertThat(kept("minion")).hasContent("web2\ndb1\nweb1\n");
        assertThat(kept("group")).hasContent("web\ndb\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept("minion"))))
                .isEqualTo("rw-------");
    }

    @Test
    void profilesAreKept_andForgotten() {
        Typist typist = new Typist(home);
        typist.type("profile", "add", "prod");
        typist.type("profile", "add", "test");
        assertThat(kept("profile")).hasContent("test\nprod\n");
        typist.type("profile", "rm", "test");
        assertThat(kept("profile")).hasContent("prod\n");
    }

    @Test
    void keepsAtMost2000_andNothingThatAShellCouldRead() throws IOException {
        Names many = names("minion");
        for (int i = 0; i < 5_000; i++) {
            many.see("web" + i);
        }
        many.keep();
        Names strange = names("minion");
        strange.see("a b");
        strange.see("$(reboot)");
        strange.see("-rf");
        strange.see("new");
        strange.keep();
        assertThat(Files.readAllLines(kept("minion")))
                .hasSize(2_000)
                .startsWith("new", "web0")
                .doesNotContain("web1999");
    }

    @Test
    void aJobIsAlsoTheLastOne_andOtherListsAreNotKept() {
        names("job").keep();
        assertThat(kept("job")).hasContent("@last\n");
        Names pongs = names("pong");
        pongs.see("web1");
        pongs.keep();
        assertThat(kept("pong")).doesNotExist();
    }

    @Test
    void aCacheThatCannotBeWritten_isNoError() throws IOException {
        Files.writeString(home.resolve(".cache"), "a file in the way");
        Names names = names("minion");
        names.see("web1");
        assertThatCode(names::keep).doesNotThrowAnyException();
        Names homeless = new Names(Map.of(), "minion");
        homeless.see("web1");
        assertThatCode(homeless::keep).doesNotThrowAnyException();
    }

    private Names names(String kind) {
        return new Names(Map.of("HOME", home.toString()), kind);
    }

    private Path kept(String kind) {
        return home.resolve(".cache/qcmd").resolve(kind);
    }

    private static MinionInfo minion(String id) {
        return new MinionInfo(
                new MinionId(id),
                MinionInfo.Presence.UP,
                null,
                1,
                1,
                1,
                "0.1.0",
                Map.of(),
                Map.of(),
                Labels.NONE,
                null,
                0,
                new MinionInfo.ChannelInfo(0, 256, null, 0, 0));
    }
}
