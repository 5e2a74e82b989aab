package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDiffTest {
    private static final List<String> HOSTS = List.of("one", "two", "three", "four");

    @Test
    void tellsWhatWasTakenAndAdded() {
        assertThat(LineDiff.of(HOSTS, List.of("one", "2", "three", "four"))).containsExactly("- two", "+ 2");
        assertThat(LineDiff.of(HOSTS, List.of("one", "two", "three", "four", "five")))
                .containsExactly("+ five");
        assertThat(LineDiff.of(HOSTS, List.of("two", "three", "four"))).containsExactly("- one");
    }

    @Test
    void tellsNothing_whenTheTextItselfIsShorter() {
        assertThat(LineDiff.of(HOSTS, List.of("a", "b"))).isEmpty();
        assertThat(LineDiff.of(HOSTS, List.of())).isEmpty();
    }

    @Test
    void isBounded() {
        assertThat(LineDiff.of(Collections.nCopies(100_000, "x"), Collections.nCopies(100_001, "x")))
                .isEmpty();
    }
}
