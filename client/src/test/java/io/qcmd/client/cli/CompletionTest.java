package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The TAB key, in the shells themselves. */
@Timeout(180)
class CompletionTest {
    @TempDir
    private Path home;

    @BeforeEach
    void keepNames() throws IOException {
        Path cache = Files.createDirectories(home.resolve(".cache/qcmd"));
        Files.writeString(cache.resolve("minion"), "web1\nweb2\n$(touch pwned)\ndb1\n");
        Files.writeString(cache.resolve("group"), "web\n");
        Files.writeString(cache.resolve("job"), "@last\n4VK7Q2\n");
        Files.writeString(cache.resolve("profile"), "prod\ntest\n");
    }

    @ParameterizedTest
    @EnumSource
    void completesVerbsOptionsAndNames(Completion.Shell shell) throws Exception {
        assertThat(answers(
                        shell,
                        "qcmd ru",
                        "qcmd minions t",
                        "qcmd run we",
                        "qcmd run @",
                        "qcmd run web1 d",
                        "qcmd run web1 --dry",
                        "qcmd -p ",
                        "qcmd -p prod run web1 --uncontrollable f",
                        "qcmd minions ls --state up -o js",
                        "qcmd jobs output 4",
                        "qcmd jobs output @last web1 d",
                        "qcmd group rm ",
                        "qcmd completion ",
                        "qcmd help exi",
                        "qcmd run --timeout 5s d"))
                .containsExactly(
                        "run",
                        "tap",
                        "web1 web2",
                        "@web",
                        "",
                        "--dry-run",
                        "prod test",
                        "fail filter",
                        "json jsonl",
                        "4VK7Q2",
                        "db1",
                        "web",
                        "bash fish zsh",
                        "exit-codes",
                        "db1");
        assertThat(home.resolve("pwned")).as("a name is never run").doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void takesWhatFollowsTwoDashesForFiles(Completion.Shell shell) throws Exception {
        assertThat(answers(shell, "qcmd run web1 -- job", "qcmd run web1 -- run we"))
                .containsExactly("", "");
    }

    @Test
    void knowsWhereBashBreaksWords() throws Exception {
        assertThat(answers(
                        Completion.Shell.BASH,
                        "qcmd run --output = js",
                        "qcmd run --output =",
                        "qcmd run --bus rsocket : //bus1 we",
                        "qcmd jobs output @file : x d",
                        "qcmd jobs output role = w",
                        "qcmd run role ="))
                .containsExactly(
                        "json jsonl", "dir= json jsonl name plain raw table wide yaml", "web1 web2", "db1", "", "");
    }

    @ParameterizedTest
    @EnumSource
    void completesNoNames_whenNoneWereKept(Completion.Shell shell) throws Exception {
        Files.delete(home.resolve(".cache/qcmd/minion"));
        assertThat(answers(shell, "qcmd minions show d")).containsExactly("");
    }

    /** For each line what the shell would offer at its end, in order. */
    private List<String> answers(Completion.Shell shell, String... lines) throws Exception {
        String name = shell.name().toLowerCase(Locale.ROOT);
        String program = Stream.of("/usr/bin/", "/bin/")
                .map(directory -> directory + name)
                .filter(each -> Files.isExecutable(Path.of(each)))
                .findFirst()
                .orElse("");
        assumeTrue(!program.isEmpty(), name + " is not installed");
        Typist typist = new Typist(home);
        assertThat(typist.type("completion", name)).isZero();
        Path script = Files.writeString(
                home.resolve("script"),
                typist.out + (shell == Completion.Shell.FISH ? fish(lines) : bash(shell, lines)));
        Process process = new ProcessBuilder(words(shell, program, script))
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("said").toFile())
                .start();
        process.waitFor();
        return Files.readAllLines(home.resolve("said")).stream()
                .filter(line -> line.startsWith("=> "))
                .map(line -> Arrays.stream(line.substring(3).split(" "))
                        .sorted()
                        .collect(Collectors.joining(" "))
                        .strip())
                .toList();
    }

    private List<String> words(Completion.Shell shell, String program, Path script) {
        String quiet = switch (shell) {
            case BASH -> "--norc";
            case ZSH -> "-f";
            case FISH -> "--no-config";
        };
        return List.of("/usr/bin/env", "-i", "HOME=" + home, "PATH=/usr/bin:/bin", program, quiet, script.toString());
    }

    /** As readline calls it; and as zsh's bashcompinit does, which makes zsh behave like sh before. */
    private static String bash(Completion.Shell shell, String... lines) {
        StringBuilder script = new StringBuilder("""
                complete_line() {
                    COMP_WORDS=("$@")
                    COMP_CWORD=$(($# - 1))
                    _qcmd
                    echo "=> ${COMPREPLY[*]}"
                }
                """);
        String first = shell == Completion.Shell.ZSH ? "emulate -L sh; setopt kshglob noshglob braceexpand\n" : "";
        script.append("all() {\n").append(first);
        for (String line : lines) {
            String words = Arrays.stream(line.split(" ", -1))
                    .map(word -> "'" + word + "'")
                    .collect(Collectors.joining(" "));
            script.append("complete_line ").append(words).append('\n');
        }
        return script.append("}\nall\n").toString();
    }

    private static String fish(String... lines) {
        return Arrays.stream(lines)
                .map(line -> "echo '=> ' (complete -C '" + line + "' | string join ' ')\n")
                .collect(Collectors.joining());
    }
}
