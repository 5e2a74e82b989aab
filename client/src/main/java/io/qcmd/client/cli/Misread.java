package io.qcmd.client.cli;

import io.qcmd.protocol.EditDistance;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Words that were not understood, and what may have been meant. */
record Misread(ParameterException error) {
    /** What is wrong. */
    String what() {
        if (isChoice()) {
            String option = ((OptionSpec) error.getArgSpec()).longestName();
            return option + " '" + error.getValue() + "': use " + String.join(", ", choices());
        }
        if (isPair()) {
            OptionSpec option = (OptionSpec) error.getArgSpec();
            return option.longestName() + " '" + error.getValue() + "': use " + option.paramLabel();
        }
        return isVerb() && spec().parent() == null
                ? "'" + unmatched() + "' is no verb"
                : String.valueOf(error.getMessage());
    }

    /** What may have been meant, and where help is. */
    String hint() {
        String help = spec().qualifiedName(" ").replaceFirst("^qcmd", "qcmd help");
        List<String> near = near();
        return near.isEmpty() ? help : String.join(" or ", near) + ", or see " + help;
    }

    private List<String> near() {
        if (error.getValue() != null && error.getArgSpec().completionCandidates() != null) {
            return list(
                    EditDistance.nearest(error.getValue(), choices()).filter(near -> !near.equals(error.getValue())));
        } else if (isVerb()) {
            CommandLine line = error.getCommandLine();
            return list(EditDistance.nearest(unmatched(), line.getSubcommands().keySet())
                    .map(verb -> spec().qualifiedName(" ") + " " + verb));
        }
        return error instanceof UnmatchedArgumentException words ? words.getSuggestions() : List.of();
    }

    private static List<String> list(Optional<String> one) {
        return one.stream().toList();
    }

    /** Whether a verb should stand there. */
    private boolean isVerb() {
        return error instanceof UnmatchedArgumentException words
                && !words.isUnknownOption()
                && !error.getCommandLine().getSubcommands().isEmpty();
    }

    private String unmatched() {
        return ((UnmatchedArgumentException) error).getUnmatched().get(0);
    }

    /** Whether the value should be one of a few. */
    private boolean isChoice() {
        return error.getValue() != null
                && error.getArgSpec() instanceof OptionSpec option
                && option.type().isEnum();
    }

    /** Whether the value should have a name before it. */
    private boolean isPair() {
        return error.getValue() != null
                && error.getArgSpec() instanceof OptionSpec option
                && option.typeInfo().isMap();
    }

    private List<String> choices() {
        return StreamSupport.stream(error.getArgSpec().completionCandidates().spliterator(), false)
                .map(each -> each.toLowerCase(Locale.ROOT))
                .toList();
    }

    private CommandSpec spec() {
        return error.getCommandLine().getCommandSpec();
    }
}
