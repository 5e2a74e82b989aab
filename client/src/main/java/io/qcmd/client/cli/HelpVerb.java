package io.qcmd.client.cli;

import io.qcmd.protocol.EditDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "help",
        description = "Help for a verb, or for: targets, exit-codes, formatting, interrupts, environment, salt.")
final class HelpVerb implements Callable<Integer> {
    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--man", description = "The page of the manual instead: qcmd help --man run | man -l -")
    private boolean man;

    @Parameters(arity = "0..*", paramLabel = "VERB|TOPIC", description = "What about; all verbs by default.")
    private List<String> words = List.of();

    HelpVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Topic topic = topic();
        String text = topic != null ? topic(topic) : man ? new ManPage(line()).text() : usage(line());
        session.console().print(text.stripTrailing());
        session.console().flush();
        return ExitCode.OK.code();
    }

    private String topic(Topic topic) {
        return session.console().isTerminal()
                ? Fold.of(topic.text(), session.console().window().columns())
                : topic.text();
    }

    private String usage(CommandLine line) {
        line.setUsageHelpWidth(session.console().helpWidth());
        return line.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private @Nullable Topic topic() {
        int index = Topic.words().indexOf(String.join(" ", words));
        return index < 0 ? null : Topic.values()[index];
    }

    private CommandLine line() {
        CommandLine line = spec.root().commandLine();
        for (String word : words) {
            CommandLine verb = line.getSubcommands().get(word);
            if (verb == null) {
                throw unknown(word, line);
            }
            line = verb;
        }
        return line;
    }

    private static UsageError unknown(String word, CommandLine line) {
        List<String> known = new ArrayList<>(line.getSubcommands().keySet());
        known.addAll(Topic.words());
        String hint = EditDistance.nearest(word, known)
                .map(near -> "qcmd help " + near)
                .orElse("qcmd help");
        return new UsageError("there is no help for '" + Escape.text(word) + "'", hint);
    }
}
