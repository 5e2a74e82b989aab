package io.qcmd.client.cli;

import io.qcmd.client.Repeat;
import io.qcmd.client.RunSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the verbs have in common that make a job: to say why. */
final class Remarking {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for who reads the history.")
    private @Nullable String reason;

    @Option(
            names = "--note",
            paramLabel = "NAME=VALUE",
            description = "Something to find the job by (ticket=OPS-4711), more than once if need be.")
    private Map<String, String> notes = Map.of();

    RunSpec on(RunSpec spec) {
        RunSpec run = reason == null ? spec : spec.reason(reason);
        for (Map.Entry<String, String> note : notes.entrySet()) {
            run = run.note(note.getKey(), note.getValue());
        }
        return run;
    }

    Repeat on(Repeat spec) {
        Repeat repeat = reason == null ? spec : spec.reason(reason);
        for (Map.Entry<String, String> note : notes.entrySet()) {
            repeat = repeat.note(note.getKey(), note.getValue());
        }
        return repeat;
    }
}
