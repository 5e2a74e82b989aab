package io.qcmd.client.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Salt's habit, {@code qcmd '*' cmd.run 'uptime'}, as our own words. It is Salt's form when the first word is no verb and the second has a dot; anything else
 * stays as it is. As with Salt, options may stand anywhere: a command that has some of its own is one quoted word.
 */
final class SaltForm {
    /** Ours, and Salt's, that take a value of their own. */
    private static final Set<String> WITH_VALUE = Set.of(
            "--bus",
            "-p",
            "--profile",
            "-o",
            "--output",
            "--color",
            "--connect-timeout",
            "-t",
            "--timeout",
            "--out",
            "-b",
            "--batch",
            "--batch-size",
            "--subset");

    /** How Salt says what kind of target it is, as our letters. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("-L", "L@"),
            Map.entry("--list", "L@"),
            Map.entry("-G", "G@"),
            Map.entry("--grain", "G@"),
            Map.entry("-E", "E@"),
            Map.entry("--pcre", "E@"),
            Map.entry("-S", "S@"),
            Map.entry("--ipcidr", "S@"),
            Map.entry("-N", "N@"),
            Map.entry("--nodegroup", "N@"),
            Map.entry("-C", ""),
            Map.entry("--compound", ""));

    /** What a target of a kind must not have, as it would be more to us than to Salt. */
    private static final Map<String, Pattern> TOO_MUCH = Map.of(
            "L@", Pattern.compile("[*?~@=/()]|\\[[^\\]]*[^0-9,\\]-]|[^, ] +[^, ]"),
            "E@", Pattern.compile(" "),
            "S@", Pattern.compile("[ ,]"),
            "N@", Pattern.compile("[ ,]"));

    private static final Set<String> OTHER_KINDS =
            Set.of("-P", "--grain-pcre", "-I", "--pillar", "-J", "--pillar-pcre", "-R", "--range");

    /** Salt's that ask for what is so anyway. */
    private static final Set<String> NEEDLESS = Set.of("-s", "--static", "--summary", "--show-timeout", "--show-jid");

    private final Deque<String> rest;
    private final List<String> globals = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final SaltCall.Options options = new SaltCall.Options();
    private String kind = "";

    private SaltForm(List<String> arguments) {
        rest = new ArrayDeque<>(arguments);
    }

    /** The arguments in our own grammar. What Salt has and we have not: {@link UsageError}. */
    static List<String> translate(List<String> arguments, Set<String> verbs) {
        if (!isSalt(arguments, verbs)) {
            return arguments;
        }
        SaltForm form = new SaltForm(arguments);
        form.sort(true);
        return new SaltCall(form.target(), form.words.get(1), form.options, form.globals)
                .translated(form.words.subList(2, form.words.size()));
    }

    private static boolean isSalt(List<String> arguments, Set<String> verbs) {
        SaltForm form = new SaltForm(arguments);
        form.sort(false);
        return form.words.size() >= 2
                && !verbs.contains(form.words.get(0))
                && form.words.get(1).matches("[A-Za-z_]\\w*\\.[A-Za-z_]\\w*");
    }

    /** @param strict whether what we do not have is refused; before it is known to be Salt's form nothing is */
    private void sort(boolean strict) {
        boolean literal = false;
        while (!rest.isEmpty()) {
            String next = rest.remove();
            if (literal || !next.startsWith("-") || next.equals("-")) {
                words.add(next);
            } else if (next.equals("--")) {
                literal = true;
            } else {
                option(next, strict);
            }
        }
    }

    private void option(String name, boolean strict) {
        int equals = name.indexOf('=');
        if (equals > 0 && WITH_VALUE.contains(name.substring(0, equals))) {
            valued(name.substring(0, equals), name.substring(equals + 1), strict);
        } else if (WITH_VALUE.contains(name) && !rest.isEmpty()) {
            valued(name, rest.remove(), strict);
        } else if (KINDS.containsKey(name)) {
            kind = KINDS.getOrDefault(name, "");
        } else if (name.equals("--async")) {
            options.detach = true;
        } else if (words.size() >= 2) {
            // After the function it belongs to the command: cmd.run ls -l.
            words.add(name);
        } else if (strict && OTHER_KINDS.contains(name)) {
            throw new UsageError(name + ": targets of that kind do not exist here", "qcmd help targets");
        } else if (!NEEDLESS.contains(name)) {
            globals.add(name.matches("--no-colou?r") ? "--color=never" : name);
        }
    }

    /** All of it is of that one kind: to Salt {@code -E 'a or b'} is an expression, and {@code -L 'web*,db1'} two names. */
    private String target() {
        String text = words.get(0);
        Pattern tooMuch = TOO_MUCH.get(kind);
        if (tooMuch != null && tooMuch.matcher(text).find()) {
            throw new UsageError(
                    kind + ": '" + text + "' is more than one of that kind; -C is for targets of several parts",
                    "qcmd help targets");
        }
        boolean isBare = !kind.equals("G@") || !text.matches("[^:]*:[^'\"][^\"]*[ ,()'][^\"]*");
        return kind + (isBare ? text : text.replaceFirst(":", ":\"") + "\"");
    }

    private void valued(String name, String value, boolean strict) {
        switch (name) {
            case "-t", "--timeout" -> options.timeout = SaltCall.seconds(value);
            case "--subset" -> options.sample = value;
            case "--out" -> output(value);
            case "-o" -> globals.add("--output=" + value);
            case "-p" -> globals.add("--profile=" + value);
            case "-b", "--batch", "--batch-size" -> {
                if (strict) {
                    throw new UsageError(
                            name + " " + value + ": there are no batches yet; all minions start at once",
                            "--limit N, for the first N minions only");
                }
            }
            default -> globals.add(name + "=" + value);
        }
    }

    private void output(String format) {
        switch (format) {
            case "txt", "nested", "highstate", "pprint" -> globals.add("--output=plain");
            case "quiet" -> globals.add("--quiet");
            default -> globals.add("--output=" + format);
        }
    }
}
