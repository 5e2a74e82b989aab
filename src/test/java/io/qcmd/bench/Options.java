package io.qcmd.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all benches take. */
class Options {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Prints the figures as one JSON document.")
    boolean json;

    @Option(names = "--check", description = "Exit code 1 when a goal is missed.")
    boolean check;

    /** A usage error. */
    CommandLine.ParameterException refused(String why) {
        return new CommandLine.ParameterException(spec.commandLine(), why);
    }

    /** What it does now, for whoever waits. */
    void phase(String what) {
        spec.commandLine().getErr().println(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + what);
    }

    /** @param document for {@code --json} */
    void print(Object text, Map<String, ?> document) throws JsonProcessingException {
        spec.commandLine()
                .getOut()
                .println(json ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document) : text);
    }

    int exit(boolean goalsAreMet) {
        return check && !goalsAreMet ? 1 : 0;
    }
}
