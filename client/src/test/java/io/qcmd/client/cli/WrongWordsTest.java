package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is wrong, where it was said, and what to type instead: in that order, and in words of the user. */
class WrongWordsTest {
    @TempDir
    private Path home;

    private Typist typist;

    WrongWordsTest() {
        typist = new Typist(Path.of("/"));
    }

    @BeforeEach
    void sitDown() {
        typist = new Typist(home);
    }

    @Test
    void whoWasLeftOut_isNothingToTry() {
        typist.client.minions = Flux.error(
                new QcmdException(ErrorCode.NO_MINIONS_MATCHED, "No minions matched", "left out: 3 excluded"));
        assertThat(typist.type("minions", "ls", "*", "--exclude", "*")).isEqualTo(3);
        assertThat(typist.err).isEqualTo("qcmd: No minions matched\n  left out: 3 excluded\n");
    }

    @Test
    void tooMuchStdin_isSaidAsItIs() throws IOException {
        Path file = Files.write(home.resolve("input"), new byte[Limits.STDIN + 1_000]);
        assertThat(typist.type("run", "*", "--stdin", file.toString(), "--", "cat"))
                .isEqualTo(2);
        assertThat(typist.err).startsWith("qcmd: --stdin " + file + ": is larger than 256 KiB\n  try:  ");
    }

    @Test
    void aPairWithoutAName_isToldTheForm() {
        assertThat(typist.type("run", "*", "--env", "FOO", "--", "true")).isEqualTo(2);
        assertThat(typist.err).isEqualTo("qcmd: --env 'FOO': use NAME=VALUE\n  try:  qcmd help run\n");
        assertThat(typist.type("run", "*", "--note", "FOO", "--", "true")).isEqualTo(2);
        assertThat(typist.err).startsWith("qcmd: --note 'FOO': use NAME=VALUE\n");
    }

    @Test
    void anAddressThatIsNone_comesWithItsOrigin() {
        typist.environment.put("QCMD_BUS", "foo");
        assertThat(typist.type("status")).isEqualTo(2);
        assertThat(typist.err).isEqualTo("""
                qcmd: bus 'foo': is no address of a bus
                  from QCMD_BUS
                  try:  use rsocket://host:port or rsocket+unix:/path
                """);
    }

    @Test
    void theBusIsToldOnce_howeverMuchIsToldOfSettings() {
        typist.environment.put("QCMD_BUS", "rsocket://bus1:7506");
        typist.environment.put("QCMD_TIMEOUT", "5s");
        typist.client.status = Mono.error(new QcmdException(ErrorCode.FORBIDDEN, "no"));
        assertThat(typist.type("-vv", "status")).isEqualTo(5);
        assertThat(typist.err)
                .startsWith("bus rsocket://bus1:7506 (from QCMD_BUS)\ntimeout 5s (from QCMD_TIMEOUT)\nqcmd: no\n");
    }
}
