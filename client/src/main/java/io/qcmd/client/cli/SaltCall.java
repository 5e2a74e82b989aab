package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function of Salt in our own words.
 *
 * @param target with the letter of its kind
 * @param globals options of every verb
 */
record SaltCall(String target, String function, Options options, List<String> globals) {
    static final String FUNCTIONS = "cmd.run cmd.script test.ping grains.items saltutil.find_job saltutil.kill_job";

    private static final Pattern NAMED = Pattern.compile("([a-z_]+)=(.*)", Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile(
            "\\s*['\"]?([A-Za-z_]\\w*)['\"]?\\s*:\\s*(?:'([^']*)'|\"([^\"\\\\]*)\"|([^'\",{}\\[\\]]*?))\\s*(?:,|$)");

    /** Arguments of cmd.run that Salt takes by their name, and that a command cannot have as words of its own. */
    private static final Set<String> NAMES = Set.of(
            "cwd",
            "stdin",
            "runas",
            "group",
            "shell",
            "python_shell",
            "env",
            "clean_env",
            "prepend_path",
            "template",
            "rstrip",
            "umask",
            "output_encoding",
            "output_loglevel",
            "log_callback",
            "hide_output",
            "timeout",
            "reset_system_locale",
            "ignore_retcode",
            "saltenv",
            "use_vt",
            "bg",
            "password",
            "encoded_cmd",
            "raise_err",
            "windows_codepage",
            "success_retcodes",
            "success_stdout",
            "success_stderr");

    /** Options of Salt that only some of our verbs have. */
    static final class Options {
        @Nullable
        String timeout;

        @Nullable
        String sample;

        boolean detach;
    }

    /** Salt counts in seconds. */
    static String seconds(String time) {
        return time.matches("\\d+") ? time + "s" : time;
    }

    /** What is typed for it here. */
    List<String> translated(List<String> arguments) {
        return switch (function) {
            case "cmd.run" -> run(arguments);
            case "cmd.script" -> throw script(arguments);
            case "test.ping" -> ours(List.of("ping", target), chosen(), List.of());
            case "grains.items" -> ours(List.of("minions", "show", target), List.of(), List.of());
            case "saltutil.find_job" -> ours(List.of("jobs", "show", job(arguments)), List.of(), List.of());
            case "saltutil.kill_job" ->
                ours(
                        target.equals("*")
                                ? List.of("cancel", job(arguments))
                                : List.of("cancel", job(arguments), "--on", target),
                        List.of(),
                        List.of());
            default ->
                throw new UsageError(
                        "'" + function + "' is no qcmd function. Known: " + FUNCTIONS,
                        SaltHints.of(Texts.word(target), function, arguments));
        };
    }

    private List<String> run(List<String> arguments) {
        List<String> line = new ArrayList<>();
        List<String> added = new ArrayList<>(chosen());
        List<String> shell = new ArrayList<>();
        // Names may stand before the command. Where nothing but names is, the first one is the command: env=1 ls.
        boolean hasCommand = arguments.stream().anyMatch(argument -> !isNamed(NAMED.matcher(argument)));
        for (String argument : arguments) {
            Matcher named = NAMED.matcher(argument);
            if (!isNamed(named) || !hasCommand && line.isEmpty()) {
                line.add(argument);
            } else if (named.group(1).equals("shell")) {
                shell = named.group(2).equals("/bin/sh") ? List.of() : List.of(named.group(2), "-c");
            } else {
                added.addAll(named(named.group(1), named.group(2)));
            }
        }
        if (line.isEmpty()) {
            throw new UsageError("cmd.run needs a command", "qcmd " + Texts.word(target) + " cmd.run 'uptime'");
        }
        if (options.detach) {
            added.add("--detach");
        }
        List<String> command = new ArrayList<>(List.of("--"));
        command.addAll(shell);
        command.add(String.join(" ", line));
        return ours(List.of("run", target), added, command);
    }

    private static boolean isNamed(Matcher argument) {
        return argument.matches() && NAMES.contains(argument.group(1));
    }

    /** An argument by name, as our option; what has no twin is refused, as a command that runs otherwise than was meant is worse than none. */
    private List<String> named(String name, String value) {
        return switch (name) {
            case "cwd" -> List.of("--cwd=" + value);
            case "runas" -> List.of("--user=" + value);
            case "timeout" -> List.of("--timeout=" + seconds(value));
            case "env" -> environment(value);
            case "python_shell" -> {
                if (!value.equalsIgnoreCase("true")) {
                    throw noTwin(
                            name, value, "qcmd run " + Texts.word(target) + " -- PROGRAM WORD… runs without a shell");
                }
                yield List.of();
            }
            case "stdin" ->
                throw noTwin(name, value, "qcmd run " + Texts.word(target) + " --stdin FILE -- COMMAND; - is stdin");
            case "bg" -> throw noTwin(name, value, "--async: the job goes on, and its results are kept");
            case "ignore_retcode" ->
                throw noTwin(name, value, "qcmd run " + Texts.word(target) + " --fail-on never -- COMMAND");
            default -> throw noTwin(name, value, "qcmd help run");
        };
    }

    /** Salt's {A: 1, "B": "x y"}. */
    private List<String> environment(String value) {
        List<String> entries = new ArrayList<>();
        String text = value.strip();
        boolean braced = text.startsWith("{") && text.endsWith("}");
        String inner = braced ? text.substring(1, text.length() - 1) : "";
        Matcher entry = ENTRY.matcher(inner);
        int end = 0;
        while (end < inner.length() && entry.find() && entry.start() == end) {
            String quoted = entry.group(2) == null ? entry.group(3) : entry.group(2);
            entries.add("--env=" + entry.group(1) + "=" + (quoted == null ? entry.group(4) : quoted));
            end = entry.end();
        }
        if (entries.isEmpty() || end < inner.length()) {
            throw new UsageError(
                    "cmd.run env=" + value + ": is no {NAME: value, NAME: value}",
                    "qcmd run " + Texts.word(target) + " --env NAME=VALUE -- COMMAND");
        }
        return entries;
    }

    private static UsageError noTwin(String name, String value, String hint) {
        return new UsageError("cmd.run " + name + "=" + value + ": qcmd has nothing like it", hint);
    }

    private UsageError script(List<String> arguments) {
        String name = arguments.isEmpty() ? "FILE" : arguments.get(0).replaceFirst("^.*/", "");
        return new UsageError(
                "cmd.script: there is no library of scripts yet",
                "qcmd run " + Texts.word(target) + " --stdin " + Texts.word(name)
                        + " -- sh -s, for a script in a file here");
    }

    private List<String> chosen() {
        List<String> chosen = new ArrayList<>();
        if (options.timeout != null) {
            chosen.add("--timeout=" + options.timeout);
        }
        if (options.sample != null) {
            chosen.add("--sample=" + options.sample);
        }
        return chosen;
    }

    private List<String> ours(List<String> verb, List<String> own, List<String> command) {
        List<String> all = new ArrayList<>(verb);
        all.addAll(globals);
        all.addAll(own);
        all.addAll(command);
        return all;
    }

    private String job(List<String> arguments) {
        if (arguments.size() != 1) {
            throw new UsageError(function + " needs one job id", "qcmd jobs ls");
        }
        return arguments.get(0);
    }
}
