package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** What a bench prints, not how fast anything is. */
@Timeout(300)
class BenchIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String NUMBER = "-?[0-9,.]+";

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
    @Execution(CONCURRENT)
    void startup_printsEachProcess_withAndWithoutTheArchive() {
        String jdk = System.getProperty("java.home");
        String table = printed("startup", "--runs", "1", "--warm-up", "0", "--jdk", jdk);

        assertThat(table).startsWith("startup: whole processes, 1 runs each; ");
        List.of("java -version", "qcmd --version", "qcmd help", "qcmd run real -- true", "qcmd run real -- true, TCP")
                .forEach(process -> assertThat(table).contains("`" + process + "`"));
        assertThat(table)
                .containsPattern("\\| the JDK's +\\|")
                .containsPattern("\\| yes +\\|")
                .containsPattern("\\| no +\\|");
    }

    @Test
    @Execution(CONCURRENT)
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
                        "jobs/s, 8 clients, one minion each, 32 jobs each under way",
                        "jobs/s, the same with 1 job each under way",
                        "clients' CPU, us per job",
                        "one job to one minion, p99 ms",
                        "the same, real agent and process, p50 ms",
                        "idle topic and channel, bytes")
                .forEach(figure -> assertThat(table).containsPattern(row(figure, NUMBER, "")));
        assertThat(table).containsPattern(row("round, times bare RSocket", NUMBER, "<= 3.00", "(not )?met"));
    }

    @Test
    @Execution(CONCURRENT)
    void fanoutInMemory_hasNothingToCompareWith() throws IOException {
        JsonNode fanout = json(bench("fanout", "--minions", "50", "--jobs", "20", "--in-memory", "--json"));

        assertThat(fanout.at("/figures/hallway/round/count").asInt()).isEqualTo(3);
        assertThat(fanout.at("/figures/hallway/round/median").asDouble()).isPositive();
        assertThat(fanout.at("/figures/bare").isNull()).isTrue();
        assertThat(fanout.at("/figures/ratio").isNull()).isTrue();
        assertThat(fanout.at("/goals").findValuesAsText("what")).noneMatch(goal -> goal.contains("bare"));
    }

    @Test
    @Execution(CONCURRENT)
    void growth_tellsTheRoundPerMinionOfEachSize() throws IOException {
        JsonNode growth = json(bench("growth", "--minions", "10,20", "--json"));

        assertThat(growth.at("/sizes").findValuesAsText("minions")).containsExactly("10", "20");
        assertThat(growth.at("/sizes").findValues("microsPerMinion"))
                .hasSize(2)
                .allMatch(micros -> micros.asDouble() > 0);
        assertThat(growth.at("/goals/0/measured").asDouble()).isGreaterThanOrEqualTo(1);
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F35")
    void reconnect_bringsAllAgentsBack_andLosesNothing() throws IOException {
        JsonNode reconnect = json(
                printed("reconnect", "--minions", "40", "--jobs", "20", "--json", "--directory", ledgers.toString()));

        JsonNode outcome = reconnect.at("/figures/outcome");
        assertThat(outcome.at("/jobs").asInt()).isGreaterThan(10);
        assertThat(outcome.at("/succeeded").asLong())
                .isEqualTo(outcome.at("/targets").asLong());
        List.of("lostJobs", "untrue", "startedAgain")
                .forEach(mistakes -> assertThat(outcome.at("/" + mistakes).asLong())
                        .as(mistakes)
                        .isZero());
        JsonNode back = reconnect.at("/figures/back");
        assertThat(back.at("/last").asDouble())
                .isGreaterThanOrEqualTo(back.at("/first").asDouble());
        assertThat(reconnect.at("/figures/atKill/running").asLong()
                        + reconnect.at("/figures/atKill/waiting").asLong())
                .isPositive();
    }

    /** The last screen and the exit codes are the same on any machine; the times are not. */
    @Test
    @Execution(CONCURRENT)
    void screen_isRight_forTwoThousandMinions_andNobodyWaitsForASlowOne() throws IOException {
        JsonNode screen = json(printed(
                "screen",
                "--minions",
                "2000",
                "--rounds",
                "1",
                "--warm-up",
                "0",
                "--longest",
                "1000",
                "--json",
                "--directory",
                ledgers.toString()));

        JsonNode goals = screen.at("/goals");
        assertThat(goals.at("/0/met").asBoolean()).as("%s", screen).isTrue();
        assertThat(goals.at("/1/measured").asInt()).isBetween(1, 64);
        assertThat(goals.at("/4/met").asBoolean()).as("%s", screen).isTrue();
        assertThat(screen.at("/figures/watched/0/seen/screen").asText())
                .contains("2,000 minions · 1,997 ok · 3 failed", "exit 1 (some failed)");
        assertThat(screen.at("/figures/stopped/0/seen/seconds").asDouble())
                .as("it stood still longer than the job took")
                .isGreaterThan(screen.at("/figures/stopped/0/jobMillis").asDouble() / 1_000);
    }

    @Test
    @Execution(CONCURRENT)
    void targets_tellsWhatEachCosts() throws IOException {
        JsonNode targets = json(printed("targets", "--minions", "500", "--rounds", "3", "--json"));

        assertThat(targets.at("/costs").findValuesAsText("target")).contains("*", "~^db\\d+$", "@web-bj");
        assertThat(targets.at("/costs").findValues("matched").get(1).asInt()).isEqualTo(500);
        assertThat(targets.at("/goals/0/limit").asInt()).isEqualTo(50);
        assertThat(printed("targets", "--minions", "10", "--rounds", "1", "db0000[0-1]"))
                .containsPattern(row("`db0000[0-1]`", "2", NUMBER, NUMBER));
    }

    @Test
    @Execution(CONCURRENT)
    void views_tellsWhatViewersCost_andLosesNothing() throws IOException {
        JsonNode views = json(printed(
                "views",
                "--minions",
                "20",
                "--targets",
                "30",
                "--viewers",
                "3",
                "--rounds",
                "1",
                "--pause",
                "200",
                "--json",
                "--directory",
                ledgers.toString()));

        assertThat(views.at("/figures/rounds").findValuesAsText("viewer"))
                .containsExactly("no viewer", "a viewer that never reads", "one page per second", "as fast as it can");
        assertThat(views.at("/figures/flood/piecesInAll").asInt()).isEqualTo(20 * 20);
        assertThat(views.at("/figures/flood/gaps").asInt()).isEqualTo(20);
        assertThat(views.at("/figures/crowd/incomplete").asInt()).isZero();
    }

    @Test
    @Execution(CONCURRENT)
    void aBenchThatDoesNotExist_isRefused() {
        try (Program refused = program("nope")) {
            assertThat(refused.exit(LIMIT)).as("%s", refused).isEqualTo(2);
            assertThat(refused.err()).contains("'nope'").contains("try:  qcmd bench --help");
        }
    }

    private String bench(String... words) {
        List<String> few = new ArrayList<>(List.of(words));
        few.addAll(List.of("--rounds", "3", "--warm-up", "1", "--directory", ledgers.toString()));
        return printed(few.toArray(String[]::new));
    }

    private String printed(String... words) {
        try (Program bench = program(words)) {
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
