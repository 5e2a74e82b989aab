package io.qcmd.client.cli;

import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.Sample;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every verb with a target that say which of the minions it means. */
final class Choosing {
    @Option(names = "--exclude", paramLabel = "TARGET", description = "Not these.")
    private @Nullable String exclude;

    @Option(names = "--sample", paramLabel = "N|P%", description = "So many of them, chosen at random.")
    private @Nullable Sample sample;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first so many by name.")
    private @Nullable Integer limit;

    /** Reads 5 and 1%. */
    static final class Samples implements ITypeConverter<Sample> {
        @Override
        public Sample convert(String text) {
            if (!text.matches("[0-9]{1,9}%?")) {
                throw new TypeConversionException("'" + text + "' is no sample; use a number, or 1% to 100%");
            }
            try {
                return new Sample(Integer.parseInt(text.replace("%", "")), text.endsWith("%"));
            } catch (QcmdException refused) {
                throw new TypeConversionException(refused.getMessage());
            }
        }
    }

    Selection of(String target) {
        Selection selection = Selection.of(TargetText.read(target));
        selection = exclude == null ? selection : selection.withExclude(TargetText.read(exclude));
        selection = sample == null ? selection : selection.withSample(sample);
        return limit == null ? selection : selection.withLimit(limit);
    }
}
