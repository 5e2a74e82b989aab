package io.qcmd.client.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Salt's habit, {@code qcmd '*' cmd.run 'uptime'}, as our own words. It is Salt's form when the first word is no verb and the second has a dot; anything else
 * stays as it is.
 */
final class SaltForm {
    static final String FUNCTIONS = "cmd.run test.ping grains.items saltutil.find_job saltutil.kill_job";

    /** Ours, and Salt's, that take a value of their own. */
    private static final Set<String> WITH_VALUE =
            Set.of("--bus", "-p", "--profile", "-o", "--output", "--connect-timeout", "-t", "--timeout", "--out");

    private static final Set<String> KINDS = Set.of("-L", "-G", "-E", "-S", "-C", "-N");

    private final Deque<String> rest;
    private final List<String> globals = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private String kind = "";

    private SaltForm(List<String> arguments) {
        rest = new ArrayDeque<>(arguments);
    }

    /** The arguments in our own grammar. A function that we do not have: {@link UsageError}. */
    static List<String> translate(List<String> arguments, Set<String> verbs) {
        SaltForm form = new SaltForm(arguments);
        form.sort();
        boolean salt = form.words.size() >= 2
                && !verbs.contains(form.words.get(0))
                && form.words.get(1).matches("[A-Za-z_]\\w*\\.[A-Za-z_]\\w*");
        return salt ? form.translated() : arguments;
    }

    private void sort() {
        boolean literal = false;
        while (!rest.isEmpty()) {
            String next = rest.remove();
            if (literal || !next.startsWith("-") || next.equals("-")) {
                words.add(next);
            } else if (next.equals("--")) {
                literal = true;
            } else {
                option(next);
            }
        }
    }

    private void option(String name) {
        int equals = name.indexOf('=');
        if (equals > 0 && WITH_VALUE.contains(name.substring(0, equals))) {
            valued(name.substring(0, equals), name.substring(equals + 1));
        } else if (WITH_VALUE.contains(name) && !rest.isEmpty()) {
            valued(name, rest.remove());
        } else if (KINDS.contains(name)) {
            kind = name.equals("-C") ? "" : name.substring(1) + "@";
        } else if (name.equals("--async")) {
            options.add("--detach");
        } else if (words.size() < 2) {
            globals.add(name);
        } else {
            // After the function it belongs to the command: cmd.run ls -l.
            words.add(name);
        }
    }

    private void valued(String name, String value) {
        switch (name) {
            case "-t", "--timeout" -> options.add("--timeout=" + (value.matches("\\d+") ? value + "s" : value));
            case "--out" -> globals.add("--output=" + (value.equals("txt") ? "plain" : value));
            case "-o" -> globals.add("--output=" + value);
            default -> globals.add(name + "=" + value);
        }
    }

    private List<String> translated() {
        String target = kind + words.get(0);
        String function = words.get(1);
        List<String> arguments = words.subList(2, words.size());
        return switch (function) {
            case "cmd.run" -> {
                if (arguments.isEmpty()) {
                    throw new UsageError("cmd.run needs a command", "qcmd '" + target + "' cmd.run 'uptime'");
                }
                yield ours(List.of("run", target), List.of("--", String.join(" ", arguments)));
            }
            case "test.ping" -> ours(List.of("ping", target), List.of());
            case "grains.items" -> ours(List.of("minions", "show", target), List.of());
            case "saltutil.find_job" -> ours(List.of("jobs", "show", job(function, arguments)), List.of());
            case "saltutil.kill_job" ->
                ours(
                        target.equals("*")
                                ? List.of("cancel", job(function, arguments))
                                : List.of("cancel", job(function, arguments), "--on", target),
                        List.of());
            default ->
                throw new UsageError(
                        "'" + function + "' is no qcmd function. Known: " + FUNCTIONS,
                        "qcmd run '" + target + "' -- " + (guess(function, arguments)));
        };
    }

    private List<String> ours(List<String> verb, List<String> command) {
        List<String> all = new ArrayList<>(verb);
        all.addAll(globals);
        all.addAll(options);
        all.addAll(command);
        return all;
    }

    private static String job(String function, List<String> arguments) {
        if (arguments.size() != 1) {
            throw new UsageError(function + " needs one job id", "qcmd jobs ls");
        }
        return arguments.get(0);
    }

    private static String guess(String function, List<String> arguments) {
        return function.equals("pkg.install") ? "apt-get install -y " + String.join(" ", arguments) : "COMMAND";
    }
}
