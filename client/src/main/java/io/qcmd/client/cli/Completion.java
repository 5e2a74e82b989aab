package io.qcmd.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Scripts that complete what is typed: a model of all verbs, made from the one that parses, put into a script that knows its shell. A JVM per TAB is too slow, so
 * names of minions, groups, jobs and profiles come from the files of {@link Names}.
 */
final class Completion {
    /** Of which kind an argument is, by what it is called in help. */
    private static final Map<String, String> KINDS = Map.of(
            "TARGET", "@target",
            "MINION", "@minion",
            "ID", "@job",
            "GROUP", "@group",
            "PROFILE", "@profile",
            "VERB|TOPIC", String.join("|", Topic.words()));

    private static final String ANYTHING = "-";
    private static final Pattern CHOICE = Pattern.compile("[a-z|]+");

    /** The shells that there is a script for. */
    enum Shell {
        BASH("completion.bash", "        '%s') verbs='%s' flags='%s' takes='%s' args='%s' ;;%n"),
        /** Knows the way of bash. */
        ZSH("completion.bash", BASH.arm),
        FISH(
                "completion.fish",
                "        case '%s'%n            set verbs %s%n            set flags %s%n            set takes %s%n            set args %s%n");

        private final String script;
        private final String arm;

        Shell(String script, String arm) {
            this.script = script;
            this.arm = arm;
        }

        private String arm(String path, List<String> verbs, List<String> flags, List<String> takes, List<String> args) {
            return String.format(arm, path, words(verbs), words(flags), words(takes), words(args));
        }

        private String words(List<String> words) {
            return words.stream()
                    .map(word -> this == FISH ? "'" + word + "'" : word)
                    .collect(Collectors.joining(" "));
        }
    }

    private final Shell shell;

    Completion(Shell shell) {
        this.shell = shell;
    }

    /** The script for this command line. */
    String script(CommandLine root) {
        StringBuilder arms = new StringBuilder();
        add("", root, arms);
        return resource().replace("MODEL\n", arms);
    }

    private void add(String path, CommandLine line, StringBuilder arms) {
        CommandSpec spec = line.getCommandSpec();
        List<String> flags = new ArrayList<>();
        List<String> takes = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            String kind = kind(option);
            for (String name : option.hidden() ? new String[0] : option.names()) {
                (option.arity().max() == 0 ? flags : takes).add(option.arity().max() == 0 ? name : name + ":" + kind);
            }
        }
        List<String> verbs = List.copyOf(line.getSubcommands().keySet());
        arms.append(shell.arm(path, verbs, flags, takes, args(spec, line)));
        new TreeMap<>(line.getSubcommands()).forEach((verb, each) -> add((path + " " + verb).strip(), each, arms));
    }

    private static List<String> args(CommandSpec spec, CommandLine line) {
        List<String> args = new ArrayList<>();
        for (PositionalParamSpec argument : spec.positionalParameters()) {
            String kind = kind(argument);
            if (argument.paramLabel().equals("VERB|TOPIC")) {
                kind = String.join("|", line.getParent().getSubcommands().keySet()) + "|" + kind;
            }
            args.add(argument.index().isVariable() ? kind + "*" : kind);
        }
        return args;
    }

    private static String kind(ArgSpec argument) {
        String label = argument.paramLabel();
        if (argument.completionCandidates() != null) {
            return StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                    .map(each -> each.toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining("|"));
        }
        return CHOICE.matcher(label).matches() ? label : KINDS.getOrDefault(label, ANYTHING);
    }

    private String resource() {
        try (InputStream in =
                Objects.requireNonNull(Completion.class.getResourceAsStream(shell.script), shell.script)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
