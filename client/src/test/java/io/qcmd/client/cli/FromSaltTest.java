package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tables of docs/from-salt.md, row by row, through the whole command line. */
class FromSaltTest {
    private static final Path PAGE = Path.of("..", "docs", "from-salt.md");
    private static final Pattern ROW = Pattern.compile("\\| `(salt [^`]+)` \\| `([^`]+)` \\|");
    private static final Pattern WORD = Pattern.compile("(?:[^\\s']|'[^']*')+");
    private static final String REFUSED = "## What says no";

    /** What a line came to. */
    private record Said(int exit, List<String> asked, String out, String err) {}

    static Stream<Arguments> twins() throws IOException {
        String page = Files.readString(PAGE);
        return rows(page.substring(0, page.indexOf(REFUSED)), 25);
    }

    static Stream<Arguments> refused() throws IOException {
        String page = Files.readString(PAGE);
        return rows(page.substring(page.indexOf(REFUSED)), 10);
    }

    private static Stream<Arguments> rows(String text, int atLeast) {
        List<Arguments> rows = new ArrayList<>();
        Matcher row = ROW.matcher(text);
        while (row.find()) {
            rows.add(Arguments.of(row.group(1), row.group(2)));
        }
        assertThat(rows).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(text.lines().filter(line -> line.startsWith("| `")))
                .as("rows that are read")
                .hasSameSizeAs(rows);
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("twins")
    void bothSidesAskForTheSame(String salt, String qcmd) {
        Said ours = said(qcmd);
        assertThat(ours.asked).as("%s", ours).isNotEmpty();
        assertThat(said(salt)).isEqualTo(ours);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatHasNoTwin_isRefused_andSaysWhatToDo(String salt, String instead) {
        Said said = said(salt);
        assertThat(said.exit).as("%s", said).isEqualTo(2);
        assertThat(said.asked).as("%s", said).isEmpty();
        assertThat(said.err).contains("try:  ").contains(instead);
        List<String> words = words(instead);
        if (words.get(0).equals("qcmd") && !words.contains("FILE")) {
            assertThat(said(instead).err).as("its words are ours").doesNotContain("Unknown option", "is no verb");
        }
    }

    private static Said said(String line) {
        FakeClient client = new FakeClient();
        client.events =
                Flux.just(new JobEvent.Started(CliTest.ACCEPTED), new JobEvent.Progressed(new Counts(Map.of())));
        client.info = Mono.error(new QcmdException(ErrorCode.JOB_NOT_FOUND, "as in a fresh house"));
        client.minions = Flux.empty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Session session = new Session(
                new Console(out, err, false, StandardCharsets.UTF_8),
                new Globals(),
                Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC),
                Map.of(),
                null,
                (globals, url) -> client,
                (work, lastWords) -> work.get());
        List<String> words = words(line);
        int exit = new Cli(session).run(words.subList(1, words.size()).toArray(String[]::new));
        return new Said(exit, client.asked, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** As a shell does, for single quotes. */
    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> word.group().replace("'", ""))
                .toList();
    }
}
