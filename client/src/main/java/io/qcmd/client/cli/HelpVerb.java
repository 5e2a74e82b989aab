package io.qcmd.client.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", description = "Help for a verb, or for: exit-codes, targets.")
final class HelpVerb implements Callable<Integer> {
    private static final List<String> TARGETS = List.of(
            "A target says which minions. Quote it: it is one argument.",
            "",
            "  web1               one minion",
            "  web1,web2          a list",
            "  web[01-20,31]      a folded set",
            "  web*               a glob",
            "  *                  all minions",
            "  role=web           a label or fact; values may have * and ?, and capitals do not matter",
            "  dc!=bj             all that do not have that value",
            "  ~^db\\d+$           a regular expression (RE2), found somewhere in the name",
            "  10.1.0.0/16        an address of the minion lies in this network, IPv4 or IPv6",
            "  @web               a group: qcmd group set web 'role=web'",
            "  @file:hosts.txt    a name or folded set per line; - reads them from stdin",
            "  role=web and (dc=bj or dc=sh) and not web13",
            "                     'not' binds tighter than 'and', 'and' tighter than 'or'",
            "  G@os:debian L@a,b E@re S@10.0.0.0/8 N@group",
            "                     Salt's letters: fact, list, expression, network, group",
            "",
            "--exclude TARGET takes minions away, then --sample 5 or 1% draws some, then --limit N takes the first.",
            "qcmd run TARGET --dry-run -- COMMAND shows who is meant and who is left out, and runs nothing.",
            "Names that are no minions are left out and told; when nothing is left no job is created (exit 3).");

    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "VERB|TOPIC")
    private List<String> topic = List.of();

    HelpVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        switch (String.join(" ", topic)) {
            case "exit-codes" -> {
                for (ExitCode code : ExitCode.values()) {
                    session.console().print(String.format("%4d  %s", code.code(), code.meaning()));
                }
            }
            case "targets" -> TARGETS.forEach(session.console()::print);
            default -> session.console().print(usage().stripTrailing());
        }
        session.console().flush();
        return ExitCode.OK.code();
    }

    private String usage() {
        CommandLine line = spec.root().commandLine();
        for (String word : topic) {
            line = line.getSubcommands().get(word);
            if (line == null) {
                throw new UsageError("there is no help for '" + Escape.text(word) + "'", "qcmd help");
            }
        }
        return line.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }
}
