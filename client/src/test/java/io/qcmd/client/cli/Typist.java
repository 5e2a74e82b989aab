package io.qcmd.client.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Types command lines in a home directory of its own, against a client whose answers a test sets; each with fresh output. */
final class Typist {
    final FakeClient client = new FakeClient();
    final Map<String, String> environment = new HashMap<>();
    /** Of the last command line. */
    String out = "";

    String err = "";
    /** Of the terminal; null: a pipe. */
    Place.@Nullable Window window;

    /** The URL of the bus that was asked last. */
    String bus = "";

    Typist(Path home) {
        environment.put("HOME", home.toString());
    }

    /** The exit code. */
    int type(String... words) {
        ByteArrayOutputStream results = new ByteArrayOutputStream();
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        int exit = new Cli(session(results, notes)).run(words);
        out = results.toString(StandardCharsets.UTF_8);
        err = notes.toString(StandardCharsets.UTF_8);
        return exit;
    }

    /** What the command line is made of. */
    CommandLine line() {
        return new Cli(session(new ByteArrayOutputStream(), new ByteArrayOutputStream())).line();
    }

    private Place place() {
        Place.Window size = window == null ? Place.Window.USUAL : window;
        return new Place(window != null, false, StandardCharsets.UTF_8, Map.of(), () -> size);
    }

    private Session session(OutputStream results, OutputStream notes) {
        return new Session(
                new Console(results, notes, place()),
                new Globals(),
                Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC),
                environment,
                null,
                (globals, url) -> {
                    bus = url;
                    return client;
                },
                (work, lastWords) -> work.get());
    }
}
