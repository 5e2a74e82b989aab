package io.qcmd.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** What {@code qcmd help} tells beside its verbs; the manual and docs/cli.md have the same text. */
enum Topic {
    TARGETS("Targets"),
    EXIT_CODES("Exit codes"),
    FORMATTING("Output"),
    INTERRUPTS("Ctrl-C"),
    ENVIRONMENT("Settings"),
    SALT("For hands that know Salt");

    private final String title;

    Topic(String title) {
        this.title = title;
    }

    /** What is typed after {@code qcmd help}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Topic::word).toList();
    }

    /** Lines of ASCII, each with its end. */
    String text() {
        return this == EXIT_CODES ? exitCodes() : file();
    }

    private static String exitCodes() {
        return Arrays.stream(ExitCode.values())
                .map(code -> String.format("%4d  %s%n", code.code(), code.meaning()))
                .collect(Collectors.joining());
    }

    private String file() {
        String name = "help/" + word() + ".txt";
        try (InputStream in = Objects.requireNonNull(Topic.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
