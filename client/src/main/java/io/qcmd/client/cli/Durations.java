package io.qcmd.client.cli;

import io.qcmd.client.profile.Times;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 500ms, 1s, 2m, 1h, 1d: see {@link Times}. */
final class Durations implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return Times.read(text)
                .orElseThrow(() ->
                        new TypeConversionException("'" + Escape.text(text) + "' is no time: use " + Times.EXAMPLES));
    }
}
