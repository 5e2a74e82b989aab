package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.PingPage.Pong;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

class SpreadTest {
    /** The k-th of n values is the least that k of n do not exceed. */
    @ParameterizedTest
    @CsvSource({"1,0,0", "1,99,0", "2,50,0", "3,50,1", "3,99,2", "8,99,7", "100,99,98", "101,99,99", "20000,99,19799"})
    void aPercentile_isTheNearestRank(int size, int percent, int index) {
        assertThat(Spread.rank(size, percent)).isEqualTo(index);
    }

    @Test
    void theSlowestOfAFew_isTheirP99() {
        Spread spread = new Spread();
        for (int i = 1; i < 8; i++) {
            spread.add(i);
        }
        spread.add(6_300);
        assertThat(spread).hasToString("first 1 ms, p50 4 ms, p99 6.30 s");
    }

    @Test
    void theSlowestRoundTrip_isTheP99OfAFew(@TempDir Path home) {
        Typist typist = new Typist(home);
        typist.client.pongs = Flux.just(pong("a", 13_190), pong("b", 7_860), pong("c", 10_230));
        assertThat(typist.type("ping", "*")).isZero();
        assertThat(typist.err).endsWith("min 7.86 ms · p50 10.23 ms · p99 13.19 ms\n");
    }

    private static Pong pong(String minion, long micros) {
        return new Pong(new MinionId(minion), micros);
    }
}
