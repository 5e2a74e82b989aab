package io.qcmd.client.cli;

import static io.qcmd.client.cli.JobEvents.failed;
import static io.qcmd.client.cli.JobEvents.lost;
import static io.qcmd.client.cli.JobEvents.progress;
import static io.qcmd.client.cli.JobEvents.started;
import static io.qcmd.client.cli.JobEvents.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output.Stream;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code run -o FORMAT}: the texts under {@code golden/} are what is promised to scripts. */
class FormatsTest {
    private static final byte[] NO_TEXT = {'a', 0, (byte) 0xff, '\n', 27};

    private final FakeClient client = new FakeClient();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void yaml_isTheDocumentOfJson() throws IOException {
        client.events = job();
        assertThat(run("-q", "-o", "yaml", "run", "*", "--", "x")).isEqualTo(4);
        assertGolden("run-yaml");
        assertThat(out()).isASCII();
    }

    @Test
    void jsonl_tellsAStateOnce() {
        JobEvent accepted = new JobEvent.Advanced("web1", TargetState.ACCEPTED);
        JobEvent running = new JobEvent.Advanced("web1", TargetState.RUNNING);
        JobEvent other = new JobEvent.Advanced("web2", TargetState.RUNNING);
        client.events = Flux.just(started(2), accepted, running, running, other, running, accepted, accepted);
        assertThat(run("-q", "-o", "jsonl", "run", "*", "--", "x")).isZero();
        assertThat(out().lines().filter(line -> line.contains("\"state\"")))
                .containsExactly(
                        "{\"type\":\"state\",\"minion\":\"web1\",\"state\":\"ACCEPTED\"}",
                        "{\"type\":\"state\",\"minion\":\"web1\",\"state\":\"RUNNING\"}",
                        "{\"type\":\"state\",\"minion\":\"web2\",\"state\":\"RUNNING\"}",
                        "{\"type\":\"state\",\"minion\":\"web1\",\"state\":\"ACCEPTED\"}");
    }

    @Test
    void table_hasARowPerMinion() throws IOException {
        client.events = job();
        assertThat(run("-q", "-o", "table", "run", "*", "--", "x")).isEqualTo(4);
        assertThat(run("-q", "-o", "wide", "run", "*", "--", "x")).isEqualTo(4);
        assertGolden("run-table");
    }

    @Test
    void name_isWhereItSucceeded() {
        client.events = job();
        assertThat(run("-q", "-o", "name", "run", "*", "--", "x")).isEqualTo(4);
        assertThat(out()).isEqualTo("web1\n");
    }

    @Test
    void raw_isTheBytesOfOneMinion() {
        client.preview = Flux.just(new PreviewPage(1, Map.of(), List.of(), List.of()));
        client.events = Flux.just(
                started(1),
                printed("web1", Stream.STDOUT, NO_TEXT),
                printed("web1", Stream.STDERR, NO_TEXT),
                succeeded("web1", ""),
                progress(0, 1));
        assertThat(run("-q", "-o", "raw", "run", "web1", "--", "x")).isZero();
        assertThat(out.toByteArray()).isEqualTo(NO_TEXT);
        assertThat(err()).isEqualTo("a\\x00\\xff\n\\x1b\n");
    }

    @Test
    void raw_startsNothing_whenThereAreSeveralMinions() {
        client.preview = Flux.just(new PreviewPage(3, Map.of(), List.of(), List.of()));
        client.events = Flux.error(new AssertionError("was started"));
        assertThat(run("-o", "raw", "run", "web*", "--", "x")).isEqualTo(2);
        assertThat(err()).isEqualTo("""
                qcmd: -o raw: the bytes of one minion are wanted, and here are 3
                  try:  -o dir=DIR has a file for each
                """);
    }

    @Test
    void raw_saysWhatIsMissing() {
        client.preview = Flux.just(new PreviewPage(1, Map.of(), List.of(), List.of()));
        client.events = cut();
        assertThat(run("-q", "-o", "raw", "run", "web1", "--", "x")).isZero();
        assertThat(out()).isEqualTo("headtail");
        assertThat(err()).isEqualTo("""
                qcmd: web1: 1,640,319 bytes of its stdout were not kept, from byte 4 on
                oh
                qcmd: web1: 7 bytes of its stderr were not kept, from byte 3 on
                """);
        err.reset();
        client.info = Mono.just(ended(1));
        assertThat(run("-o", "raw", "jobs", "output", "@last")).isZero();
        assertThat(err()).startsWith("qcmd: web1: 1,640,319 bytes of its stdout were not kept, from byte 4 on\n");
    }

    @Test
    void dir_saysWhatIsMissing() throws IOException {
        client.events = cut();
        // Again: nothing of the first time stays.
        for (int i = 0; i < 2; i++) {
            assertThat(run("-q", "-o", "dir=" + directory, "run", "web1", "--", "x"))
                    .isZero();
        }
        assertThat(directory.resolve("web1.out")).hasContent("headtail");
        assertThat(directory.resolve("web1.truncated")).hasContent("stdout 4 1640319\nstderr 3 7\n");
        assertThat(err().lines())
                .containsOnly("qcmd: not all that 1 minion wrote was kept: " + directory + "/*.truncated");

        client.events = Flux.just(started(1), succeeded("web1", "x"), progress(0, 1));
        assertThat(run("-q", "-o", "dir=" + directory, "run", "web1", "--", "x"))
                .isZero();
        assertThat(directory.resolve("web1.truncated")).doesNotExist();
    }

    @Test
    void pastOutput_saysWhatIsMissing_inADirectory() {
        Return.Captured some = new Return.Captured(9_000_000, 8, Bytes.wrap(new byte[32]));
        Return result = new Return(CliTest.JOB, TargetState.SUCCEEDED, 0, 12, some, Return.Captured.NONE, 0, null);
        client.info = Mono.just(ended(1));
        client.events = Flux.just(
                printed("web1", Stream.STDOUT, 0, 0, "head"),
                printed("web1", Stream.STDOUT, 8_999_996, 8_999_992, "tail"));
        client.targets = Flux.just(new TargetInfo(new MinionId("web1"), TargetState.SUCCEEDED, 1_000, result, null));
        assertThat(run("-q", "-o", "dir=" + directory, "jobs", "output", "@last"))
                .isZero();
        assertThat(directory.resolve("web1.truncated")).hasContent("stdout 4 8999992\n");
    }

    @Test
    void table_saysWhatIsMissing() {
        client.events = cut();
        assertThat(run("-q", "-o", "table", "run", "web1", "--", "x")).isZero();
        assertThat(out().lines()).last().asString().endsWith("head (truncated)");
    }

    /** The middle of stdout is missing, and the end of stderr. */
    private static Flux<JobEvent> cut() {
        TargetOutput output =
                new TargetOutput(Bytes.utf8("head"), Bytes.utf8("oh\n"), 1_640_327, 10, true, Bytes.EMPTY);
        return Flux.just(
                started(1),
                printed("web1", Stream.STDOUT, 0, 0, "head"),
                printed("web1", Stream.STDOUT, 1_640_323, 1_640_319, "tail"),
                printed("web1", Stream.STDERR, 0, 0, "oh\n"),
                JobEvents.ended(new TargetResult.Succeeded("web1", Duration.ZERO, output)),
                progress(0, 1));
    }

    private static JobEvent printed(String minion, Stream stream, long offset, long skipped, String text) {
        return new JobEvent.Printed(new OutputChunk(minion, stream, offset, skipped, Bytes.utf8(text)));
    }

    @Test
    void dir_hasFilesForEachMinion() throws IOException {
        Path results = directory.resolve("new/results");
        client.events = job();
        assertThat(run("-q", "-o", "dir=" + results, "run", "*", "--", "x")).isEqualTo(4);
        // Again: nothing of the first time stays.
        assertThat(run("-q", "-o", "dir=" + results, "run", "*", "--", "x")).isEqualTo(4);

        assertThat(results.resolve("web1.out")).hasBinaryContent(NO_TEXT);
        assertThat(results.resolve("web1.err")).hasContent("oh\n");
        assertThat(results.resolve("web1.rc")).hasContent("0\n");
        assertThat(results.resolve("web2.rc")).hasContent("3\n");
        assertThat(results.resolve("web2.out")).isEmptyFile();
        assertThat(results.resolve("web3.rc")).hasContent("LOST\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void dir_saysWhatIsWrongWithIt() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(run("-o", "dir=" + file, "run", "*", "--", "x")).isEqualTo(2);
        assertThat(run("-o", "dir=", "run", "*", "--", "x")).isEqualTo(2);
        assertThat(err()).contains("qcmd: -o dir: cannot write " + file, "'dir=' is no format");
    }

    /** The bus has been taken over. */
    @Test
    @Tag("A47")
    void dir_neverLeavesItsDirectory() {
        Path results = directory.resolve("results");
        client.events = Flux.just(started(1), printed("../evil", Stream.STDOUT, NO_TEXT));
        assertThat(run("-o", "dir=" + results, "run", "*", "--", "x")).isNotZero();
        assertThat(directory).isDirectoryNotContaining("glob:**evil*");
    }

    @Test
    void pastOutput_isTheBytesOfOneMinion() {
        client.info = Mono.just(ended(3));
        client.events = Flux.just(printed("web1", Stream.STDOUT, NO_TEXT), printed("web1", Stream.STDERR, NO_TEXT));
        assertThat(run("-o", "raw", "jobs", "output", "@last", "web1")).isZero();
        assertThat(out.toByteArray()).isEqualTo(NO_TEXT);
        assertThat(err()).isEqualTo("a\\x00\\xff\n\\x1b\n");
        assertThat(client.asked).contains("outputSoFar [web1]");
    }

    @Test
    void pastOutput_isNotRaw_whenThereAreSeveralMinions() {
        client.info = Mono.just(ended(3));
        assertThat(run("-o", "raw", "jobs", "output", "@last")).isEqualTo(2);
        assertThat(run("-o", "raw", "jobs", "output", "@last", "web1", "web2")).isEqualTo(2);
        assertThat(err()).isEqualTo("""
                qcmd: -o raw: the bytes of one minion are wanted, and here are 3
                  try:  -o dir=DIR has a file for each
                qcmd: -o raw: the bytes of one minion are wanted, and here are 2
                  try:  -o dir=DIR has a file for each
                """);
        assertThat(client.asked).noneMatch(asked -> asked.startsWith("output"));
    }

    @Test
    void pastOutput_hasFilesForEachMinion_andExitCodesOfThoseThatEnded() throws IOException {
        Files.writeString(directory.resolve("web4.rc"), "0\n");
        client.info = Mono.just(ended(4));
        client.events = Flux.just(printed("web1", Stream.STDOUT, NO_TEXT), printed("web4", Stream.STDERR, NO_TEXT));
        client.targets = Flux.just(
                target("web1", TargetState.SUCCEEDED, 0),
                target("web2", TargetState.FAILED, 3),
                target("web3", TargetState.TIMED_OUT, 143),
                new TargetInfo(new MinionId("web4"), TargetState.RUNNING, 0, null, null));
        assertThat(run("-q", "-o", "dir=" + directory, "jobs", "output", "@last"))
                .isZero();

        assertThat(directory.resolve("web1.out")).hasBinaryContent(NO_TEXT);
        assertThat(directory.resolve("web1.rc")).hasContent("0\n");
        assertThat(directory.resolve("web2.out")).isEmptyFile();
        assertThat(directory.resolve("web2.rc")).hasContent("3\n");
        assertThat(directory.resolve("web3.rc")).hasContent("TIMED_OUT\n");
        assertThat(directory.resolve("web4.err")).hasBinaryContent(NO_TEXT);
        assertThat(directory.resolve("web4.rc")).as("of another job").doesNotExist();
    }

    @Test
    void pastOutput_hasFilesOfTheMinionsThatAreAskedFor() {
        client.info = Mono.just(ended(2));
        client.events = Flux.empty();
        client.targets = Flux.just(target("web1", TargetState.SUCCEEDED, 0), target("web2", TargetState.SUCCEEDED, 0));
        assertThat(run("-q", "-o", "dir=" + directory, "jobs", "output", "@last", "web2"))
                .isZero();
        assertThat(directory.resolve("web2.rc")).exists();
        assertThat(directory.resolve("web1.rc")).doesNotExist();
    }

    private static JobInfo ended(int targets) {
        return new JobInfo(
                CliTest.JOB,
                Selection.of(new Target("*")),
                Command.shell("x"),
                "li",
                880_000,
                910_000,
                1_100_000,
                null,
                882_500,
                JobStatus.SUCCEEDED,
                new Counts(Map.of(TargetState.SUCCEEDED, targets)),
                null,
                Remark.NONE);
    }

    private static TargetInfo target(String minion, TargetState state, int exit) {
        Return result = new Return(CliTest.JOB, state, exit, 12, Return.Captured.NONE, Return.Captured.NONE, 0, null);
        return new TargetInfo(new MinionId(minion), state, 1_000, result, null);
    }

    @Test
    void listsHaveNeitherRawNorDirectories() {
        assertThat(run("-o", "raw", "minions", "ls")).isEqualTo(2);
        assertThat(run("-o", "dir=" + directory, "jobs", "ls")).isEqualTo(2);
        assertThat(run("-o", "csv", "jobs", "ls")).isEqualTo(2);
        assertThat(err()).contains("'csv' is no format; use plain, json");
    }

    @Test
    void pagesHaveNeitherNamesNorBytes() {
        for (String words : List.of("jobs show @last", "explain @last web1", "status", "status -w")) {
            for (String format : List.of("raw", "name", "dir=" + directory)) {
                err.reset();
                assertThat(run(("-o " + format + " " + words).split(" ")))
                        .as(words)
                        .isEqualTo(2);
                assertThat(err()).isEqualTo("""
                        qcmd: -o name is of lists, -o raw and -o dir=DIR are of a job's output, and this is neither
                          try:  -o json or yaml
                        """);
            }
        }
        assertThat(client.asked).isEmpty();
    }

    private static Flux<JobEvent> job() {
        return Flux.just(
                started(3),
                printed("web1", Stream.STDOUT, NO_TEXT),
                printed("web1", Stream.STDERR, "oh\n".getBytes(StandardCharsets.UTF_8)),
                succeeded("web1", "日本\u001b[2J\ntwo\n"),
                failed("web2", 3, "", "not found\n"),
                lost("web3"),
                progress(0, 1));
    }

    private static JobEvent printed(String minion, Stream stream, byte[] bytes) {
        return new JobEvent.Printed(new OutputChunk(minion, stream, 0, 0, Bytes.wrap(bytes)));
    }

    private int run(String... words) {
        Console console = new Console(out, err, false, StandardCharsets.UTF_8);
        Interrupts none = (work, lastWords) -> work.get();
        JobEvents.SettableClock clock = new JobEvents.SettableClock();
        Session session = new Session(console, new Globals(), clock, Map.of(), null, (globals, url) -> client, none);
        return new Cli(session).run(words);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void assertGolden(String name) throws IOException {
        Golden.assertSame(name, out());
    }
}
