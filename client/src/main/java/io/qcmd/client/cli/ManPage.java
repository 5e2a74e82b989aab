package io.qcmd.client.cli;

import io.qcmd.protocol.Version;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The page of the manual for a verb, or for {@code qcmd} with all topics of help, in roff, as <a href="https://man.openbsd.org/man.7">man(7)</a> has it. Made from
 * the same model that parses, so that it cannot lag behind.
 */
final class ManPage {
    private final CommandLine line;
    private final StringBuilder page = new StringBuilder();

    ManPage(CommandLine line) {
        this.line = line;
    }

    String text() {
        CommandSpec spec = line.getCommandSpec();
        String name = spec.qualifiedName("-");
        macro("TH", name.toUpperCase(Locale.ROOT), "1", "", version(), "Qcmd");
        // No word of a command is to be broken.
        macro("nh");
        macro("SH", "NAME");
        text(name + " - " + description(spec).replaceFirst("\\.$", ""));
        macro("SH", "SYNOPSIS");
        literal(synopsis(line));
        macro("SH", "DESCRIPTION");
        text(description(spec));
        footer(spec);
        arguments(spec);
        if (spec.parent() == null) {
            verbs();
            topics();
        } else {
            line.getSubcommands().values().forEach(this::section);
            macro("SH", "SEE ALSO");
            text("qcmd(1)");
        }
        return page.toString();
    }

    private static String version() {
        return "qcmd " + Version.CURRENT;
    }

    private static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description());
    }

    private static String synopsis(CommandLine line) {
        return line.getHelp().synopsis(0).strip();
    }

    private void footer(CommandSpec spec) {
        String footer = String.join("\n", spec.usageMessage().footer()).strip();
        if (!footer.isEmpty()) {
            macro("PP");
            literal(footer);
        }
    }

    private void arguments(CommandSpec spec) {
        macro("SH", "OPTIONS");
        if (spec.parent() != null) {
            text("Those of qcmd(1) are understood as well.");
        }
        arguments(spec, spec.parent() == null);
    }

    private void arguments(CommandSpec spec, boolean withInherited) {
        spec.positionalParameters().stream()
                .filter(each -> !each.hidden())
                .forEach(each -> term(each.paramLabel(), each));
        options(spec).filter(each -> withInherited || !each.inherited()).forEach(each -> term(names(each), each));
    }

    private static Stream<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(OptionSpec::longestName));
    }

    private static String names(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private void term(String term, ArgSpec argument) {
        macro("TP");
        page.append("\\fB").append(escaped(term)).append("\\fR\n");
        text(String.join(" ", argument.description()));
    }

    /** A verb of a verb, as {@code minions ls}. */
    private void section(CommandLine verb) {
        macro("SH", verb.getCommandSpec().qualifiedName(" ").toUpperCase(Locale.ROOT));
        literal(synopsis(verb));
        macro("PP");
        text(description(verb.getCommandSpec()));
        arguments(verb.getCommandSpec(), false);
    }

    private void verbs() {
        macro("SH", "VERBS");
        line.getSubcommands().forEach((name, verb) -> {
            macro("TP");
            page.append("\\fB").append(escaped(name)).append("\\fR\n");
            text(description(verb.getCommandSpec()));
        });
    }

    private void topics() {
        for (Topic topic : Topic.values()) {
            macro("SH", topic.title().toUpperCase(Locale.ROOT));
            literal(topic.text().stripTrailing());
        }
    }

    private void macro(String name, String... words) {
        page.append('.').append(name);
        List.of(words).forEach(word -> page.append(" \"").append(escaped(word)).append('"'));
        page.append('\n');
    }

    private void text(String words) {
        page.append(escaped(words)).append('\n');
    }

    /** Lines that stay lines. */
    private void literal(String lines) {
        page.append(".nf\n").append(escaped(lines)).append("\n.fi\n");
    }

    /** A dot or an apostrophe that begins a line would be a macro; a plain dash may be set as a hyphen, which nobody can paste. */
    private static String escaped(String text) {
        return text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replaceAll("(?m)^([.'])", "\\\\&$1")
                .replace("\"", "\\(dq");
    }
}
