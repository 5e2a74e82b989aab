package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bench prints, not how fast anything is. */
@Timeout(300)
class BenchIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String NUMBER = "[0-9,.]+";

    @TempDir
    Path directory;

    private Path ledgers;

    @BeforeEach
    void makeRoom() throws IOException {
        ledgers = Files.createDirectory(directory.resolve("ledgers"));
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(ledgers).isEmptyDirectory();
        assertThat(Processes.mentioning(directory.toString())).isEmpty();
    }

    @Test
    void fanout_printsEachFigureBesideTheBareCable_andItsGoals() {
        String table = bench("fanout", "--minions", "50", "--jobs", "20");

        assertThat(table)
                .startsWith("fanout: 50 minions over TCP on loopback; ")
                .contains("ledger on");
        List.of(
                        "connect storm, s",
                        "heap per idle minion, KiB",
                        "round, median ms",
                        "round, p95 ms",
                        "returns/s",
                        "server's CPU, us per minion and round")
                .forEach(figure -> assertThat(table).containsPattern(row(figure, NUMBER, NUMBER)));
        List.of(
                        "jobs/s, 8 clients, one minion each",
                        "one job to one minion, p99 ms",
                        "the same, real agent and process, p50 ms",
                        "idle topic and channel, bytes")
                .forEach(figure -> assertThat(table).containsPattern(row(figure, NUMBER, "")));
        assertThat(table).containsPattern(row("round, times bare RSocket", NUMBER, "<= 3.00", "(not )?met"));
    }

    @Test
    void fanoutInMemory_hasNothingToCompareWith() throws IOException {
        JsonNode fanout = json(bench("fanout", "--minions", "50", "--jobs", "20", "--in-memory", "--json"));

        assertThat(fanout.at("/figures/hallway/round/count").asInt()).isEqualTo(3);
        assertThat(fanout.at("/figures/hallway/round/median").asDouble()).isPositive();
        assertThat(fanout.at("/figures/bare").isNull()).isTrue();
        assertThat(fanout.at("/figures/ratio").isNull()).isTrue();
        assertThat(fanout.at("/goals").findValuesAsText("what")).noneMatch(goal -> goal.contains("bare"));
    }

    @Test
    void growth_tellsTheRoundPerMinionOfEachSize() throws IOException {
        JsonNode growth = json(bench("growth", "--minions", "10,20", "--json"));

        assertThat(growth.at("/sizes").findValuesAsText("minions")).containsExactly("10", "20");
        assertThat(growth.at("/sizes").findValues("microsPerMinion"))
                .hasSize(2)
                .allMatch(micros -> micros.asDouble() > 0);
        assertThat(growth.at("/goals/0/measured").asDouble()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aBenchThatDoesNotExist_isRefused() {
        try (Program refused = program("nope")) {
            assertThat(refused.exit(LIMIT)).as("%s", refused).isEqualTo(2);
            assertThat(refused.err()).contains("'nope'").contains("try:  qcmd bench --help");
        }
    }

    private String bench(String... words) {
        List<String> few = new ArrayList<>(List.of(words));
        few.addAll(List.of("--rounds", "3", "--warm-up", "1", "--directory", ledgers.toString()));
        try (Program bench = program(few.toArray(String[]::new))) {
            assertThat(bench.exit(LIMIT)).as("%s", bench).isZero();
            return bench.out();
        }
    }

    private Program program(String... words) {
        List<String> line = new ArrayList<>(List.of(House.LAUNCHER.toString(), "bench"));
        line.addAll(List.of(words));
        return Program.start(directory, "bench", Map.of(), line);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private static Pattern row(String... cells) {
        StringBuilder row = new StringBuilder(Pattern.quote("| " + cells[0])).append(" +\\|");
        for (int i = 1; i < cells.length; i++) {
            row.append(" ").append(cells[i]).append(" *\\|");
        }
        return Pattern.compile(row.toString());
    }
}
