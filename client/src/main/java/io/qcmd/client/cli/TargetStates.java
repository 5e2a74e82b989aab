package io.qcmd.client.cli;

import io.qcmd.protocol.TargetState;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads states as screens show them, {@code ok} and {@code timed out}, and as JSON has them. */
final class TargetStates implements ITypeConverter<TargetState> {
    @Override
    public TargetState convert(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT).replace('-', ' ').replace('_', ' ');
        return Arrays.stream(TargetState.values())
                .filter(state -> name.equals(Texts.state(state)) || name.equals(plain(state)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + Escape.text(text) + "' is no state: use "
                        + Arrays.stream(TargetState.values())
                                .map(TargetStates::plain)
                                .map(known -> known.replace(' ', '-'))
                                .collect(Collectors.joining(", "))));
    }

    private static String plain(TargetState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
