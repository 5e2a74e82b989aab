package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearNamesTest {
    private static final Roster FLEET = Rosters.named(
            "web1", "web2", "web3", "web-bj-1", "web-bj-2", "db1", "db2", "cache1", "mailhost", "10.1.2.3", "gateway");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wbe*|web* (5)",
                "we1|web1",
                "wbe2|web2",
                "web9|web* (5)",
                "wbe[1-9]|web* (5)",
                "web-jb-[1-2]|web-bj-* (2)",
                "web-bj-2x|web-bj-* (2)",
                "webserver|web* (5)",
                "mialhost|mailhost",
                "cahce*|cache1",
                "gatway*,wbe1|gateway, web1"
            })
    void namesWhatWasPerhapsMeant(String target, String near) {
        assertThat(String.join(", ", near(target))).startsWith(near);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xyz*", "*foo", "1*", "d", "mail", "[abc]*"})
    void isEmpty_whenNothingIsNear(String target) {
        assertThat(near(target)).isEmpty();
    }

    @Test
    void showsTheThreeNearest() {
        Roster fleet = Rosters.named("weba", "webb", "webc", "webd", "xwebx");

        assertThat(NearNames.of(Stream.of("webx"), fleet)).containsExactly("weba", "webb", "webc");
    }

    @Test
    @Tag("A39")
    void looksAtAFleetOfDifferentNames_withinItsMeans() {
        Roster fleet = Rosters.named(IntStream.range(0, 100_000)
                .mapToObj(i -> "x".repeat(100) + Integer.toString(i, 26).replaceAll("[0-9]", "z")));

        assertThat(NearNames.of(Stream.of("y" + "x".repeat(99) + "q".repeat(20), "z".repeat(50_000)), fleet))
                .isEmpty();
    }

    private static List<String> near(String target) {
        return NearNames.of(Stream.of(target.split(",")), FLEET);
    }
}
