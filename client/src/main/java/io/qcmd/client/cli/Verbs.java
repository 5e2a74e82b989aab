package io.qcmd.client.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** All verbs by name, in the order of the help. To look at one costs some ms of a start, so those are made that the words may mean. */
final class Verbs {
    /** They speak of all the others. */
    private static final Set<String> OF_ALL = Set.of("help", "-h", "--help", "completion");

    private final Map<String, Supplier<Object>> all = new LinkedHashMap<>();

    Verbs(Session session) {
        all.put("run", () -> new RunVerb(session));
        all.put("ping", () -> new PingVerb(session));
        all.put("jobs", () -> new JobsVerb(session));
        all.put("explain", () -> new ExplainVerb(session));
        all.put("redo", () -> new RedoVerb(session));
        all.put("retry", () -> new RetryVerb(session));
        all.put("attach", () -> new AttachVerb(session));
        all.put("cancel", () -> new CancelVerb(session));
        all.put("minions", () -> new MinionsVerb(session));
        all.put("group", () -> new GroupVerb(session));
        all.put("status", () -> new StatusVerb(session));
        all.put("doctor", () -> new DoctorVerb(session));
        all.put("profile", () -> new ProfileVerb(session));
        all.put("demo", () -> new DemoVerb(session));
        all.put("bus", BusVerb::new);
        all.put("agent", AgentVerb::new);
        all.put("completion", () -> new CompletionVerb(session));
        all.put("help", () -> new HelpVerb(session));
    }

    Set<String> names() {
        return all.keySet();
    }

    /** Those that the words may mean; all of them, where that is not clear or something is to be said about all. */
    List<Object> needed(List<String> words) {
        Set<String> meant = meant(words);
        return all.entrySet().stream()
                .filter(verb -> meant.contains(verb.getKey()))
                .map(verb -> verb.getValue().get())
                .collect(Collectors.toList());
    }

    private Set<String> meant(List<String> words) {
        String first = words.isEmpty() ? "" : words.get(0);
        if (all.containsKey(first) && !OF_ALL.contains(first)) {
            return Set.of(first);
        }
        // Behind an option any of the words may be the verb, or the value of an option.
        Set<String> named = words.stream().filter(all::containsKey).collect(Collectors.toSet());
        boolean clear =
                first.startsWith("-") && !named.isEmpty() && words.stream().noneMatch(OF_ALL::contains);
        return clear ? named : all.keySet();
    }
}
