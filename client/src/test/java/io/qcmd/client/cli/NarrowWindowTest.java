package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** A terminal breaks what is wider than itself in the middle of words: help and the list of jobs are not. */
class NarrowWindowTest {
    private static final Place.Window NARROW = new Place.Window(80, 24);
    private static final String LONG = "dpkg-query -W --showformat \"x y\" | sort | head -n 200";

    private final Typist typist;

    NarrowWindowTest(@TempDir Path home) {
        typist = new Typist(home);
        typist.window = NARROW;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "help",
                "--help",
                "help run",
                "run --help",
                "jobs ls -h",
                "help jobs ls",
                "help targets",
                "help formatting",
                "help exit-codes",
                "help environment",
                "help salt",
                "help interrupts"
            })
    void help_isAsWideAsTheWindow(String words) {
        assertThat(typist.type(words.split(" "))).isZero();
        assertThat(typist.out.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void help_isNotWiderThanTheOneInAPipe() {
        typist.window = new Place.Window(300, 50);
        assertThat(typist.type("run", "-h")).isZero();
        String wide = typist.out;
        typist.window = null;
        assertThat(typist.type("run", "-h")).isZero();
        assertThat(wide).isEqualTo(typist.out);
    }

    @Test
    void longLines_goOnBelowTheirLastColumn() {
        assertThat(Fold.of("  -o json   one document, at the end\n\nshort", 24))
                .isEqualTo("  -o json   one\n            document, at\n            the end\n\nshort");
        assertThat(Fold.of("日本 語 漢字", 7)).isEqualTo("日本 語\n漢字");
        assertThat(Fold.of("no-space-to-break-at and more", 12)).isEqualTo("no-space-to-break-at and more");
    }

    @Test
    void jobs_giveTheCommandWhatIsLeft() {
        typist.client.jobs = Flux.just(job("role=web", null));
        assertThat(typist.type("jobs", "ls")).isZero();
        assertThat(typist.out).isEqualTo("""
                ID      WHEN    WHO  TARGET    COMMAND        MINIONS  OK  ✗  ?  STATE    TIME
                4VK7Q2  2m ago  li   role=web  sh -c 'dpkg-…  3        2   1  0  partial  2.50 s
                """);
        typist.window = new Place.Window(200, 24);
        assertThat(typist.type("jobs", "ls")).isZero();
        assertThat(typist.out).contains("| head -n 200'  3 ");
    }

    @Test
    void jobs_doWithoutTheNote_whereItHasNoRoom() {
        Parent parent = new Parent(CliTest.JOB, Parent.Kind.RETRY, true);
        typist.client.jobs = Flux.just(job("dc=bj and role=web and not web13", parent));
        assertThat(typist.type("jobs", "ls")).isZero();
        assertThat(typist.out.lines())
                .allSatisfy(line -> assertThat(Width.of(line)).isLessThanOrEqualTo(80));
        assertThat(typist.out).doesNotContain("NOTE");
        typist.window = new Place.Window(100, 24);
        assertThat(typist.type("jobs", "ls")).isZero();
        assertThat(typist.out.lines())
                .allSatisfy(line -> assertThat(Width.of(line)).isLessThanOrEqualTo(100));
        assertThat(typist.out).contains("retry of 4VK7Q2");
    }

    @Test
    void aMinion_isShownBelowTheHeadsOfItsLines() {
        typist.client.minions = Flux.just(new MinionInfo(
                new MinionId("web1"),
                MinionInfo.Presence.UP,
                null,
                940_000,
                999_000,
                1_000,
                "0.1.0",
                Map.of(),
                Map.of(
                        "kernel",
                        "6.1.0-18-amd64",
                        "os_name",
                        "Debian GNU/Linux 12 (bookworm)",
                        "memory",
                        "24684084 kB"),
                Labels.NONE,
                null,
                0,
                new MinionInfo.ChannelInfo(0, 256, null, 0, 0)));
        assertThat(typist.type("minions", "show", "web1")).isZero();
        assertThat(typist.out).contains("""
                facts      kernel=6.1.0-18-amd64 memory=24684084 kB os_name=Debian GNU/Linux 12
                           (bookworm)
                """);
    }

    private static JobInfo job(String target, @Nullable Parent parent) {
        return new JobInfo(
                JobId.parse("01ARZ3NDEKTSV4RRFF694VK7Q2"),
                Selection.of(new Target(target)),
                Command.shell(LONG),
                "li",
                880_000,
                910_000,
                1_100_000,
                null,
                882_500,
                JobStatus.PARTIAL,
                new Counts(Map.of(TargetState.SUCCEEDED, 2, TargetState.FAILED, 1)),
                parent,
                Remark.NONE);
    }
}
