package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MinionIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "web1", "web-1.bj.example.com", "a_b", "1.2.3.4", "a.", "a-", "a-.-"})
    void aNameOfAHost_isAnId(String name) {
        assertThat(new MinionId(name)).hasToString(name);
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.protocol.HostileIds#all")
    void aHostileId_isRefused(String text) {
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> new MinionId(text))
                .matches(e -> e.code() == ErrorCode.MINION_ID_INVALID)
                .withMessageMatching(
                        "minion id '[ -~]*…?': [ -~]+; use 1-128 of \\[a-z0-9._-], the first a letter or digit, no '..'");
    }

    @Test
    void anId_has128CharactersAtMost() {
        assertThat(new MinionId("x".repeat(128)).value()).hasSize(128);
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> new MinionId("x".repeat(129)))
                .withMessageContaining("has 129 characters");
    }

    @Test
    void aRefusal_saysTheCharacterAndItsPlace() {
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> new MinionId("web 1"))
                .withMessageContaining("'web 1': U+0020 at index 3;");
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> new MinionId("a..b"))
                .withMessageContaining("'..' at index 1;");
    }

    @Test
    void ids_areOrderedByTheirText() {
        List<MinionId> ids = List.of(new MinionId("web2"), new MinionId("db1"), new MinionId("web10"));
        assertThat(ids.stream().sorted()).extracting(MinionId::value).containsExactly("db1", "web10", "web2");
    }
}
