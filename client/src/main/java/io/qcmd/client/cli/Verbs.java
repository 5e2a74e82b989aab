package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All verbs by name, in the order of the help. To look at one costs some ms of a start, so those are made that the words may mean. */
final class Verbs {
    private static final List<String> ALL = List.of(
            "run",
            "ping",
            "jobs",
            "explain",
            "redo",
            "retry",
            "attach",
            "cancel",
            "minions",
            "group",
            "status",
            "doctor",
            "profile",
            "demo",
            "bus",
            "agent",
            "bench",
            "simulate",
            "soak",
            "completion",
            "help");

    /** They speak of all the others. */
    private static final Set<String> OF_ALL = Set.of("help", "-h", "--help", "completion");

    private final Session session;

    Verbs(Session session) {
        this.session = session;
    }

    Set<String> names() {
        return new LinkedHashSet<>(ALL);
    }

    /** Those that the words may mean; all of them, where that is not clear or something is to be said about all. */
    List<Object> needed(List<String> words) {
        Set<String> meant = meant(words);
        List<Object> verbs = new ArrayList<>();
        for (String name : ALL) {
            if (meant.contains(name)) {
                verbs.add(verb(name));
            }
        }
        return verbs;
    }

    private Set<String> meant(List<String> words) {
        String first = words.isEmpty() ? "" : words.get(0);
        if (ALL.contains(first) && !OF_ALL.contains(first)) {
            return Set.of(first);
        }
        // Behind an option any of the words may be the verb, or the value of an option.
        Set<String> named = names();
        named.retainAll(words);
        boolean clear =
                first.startsWith("-") && !named.isEmpty() && words.stream().noneMatch(OF_ALL::contains);
        return clear ? named : names();
    }

    private Object verb(String name) {
        return switch (name) {
            case "run" -> new RunVerb(session);
            case "ping" -> new PingVerb(session);
            case "jobs" -> new JobsVerb(session);
            case "explain" -> new ExplainVerb(session);
            case "redo" -> new RedoVerb(session);
            case "retry" -> new RetryVerb(session);
            case "attach" -> new AttachVerb(session);
            case "cancel" -> new CancelVerb(session);
            case "minions" -> new MinionsVerb(session);
            case "group" -> new GroupVerb(session);
            case "status" -> new StatusVerb(session);
            case "doctor" -> new DoctorVerb(session);
            case "profile" -> new ProfileVerb(session);
            case "demo" -> new DemoVerb(session);
            case "bus" -> new BusVerb();
            case "agent" -> new AgentVerb();
            case "bench" -> new BenchVerb();
            case "simulate" -> new SimulateVerb();
            case "soak" -> new SoakVerb();
            case "completion" -> new CompletionVerb(session);
            case "help" -> new HelpVerb(session);
            default -> throw new IllegalArgumentException("'" + name + "' is no verb");
        };
    }
}
