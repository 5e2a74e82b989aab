package io.qcmd.client.cli;

import io.qcmd.client.Groups;
import io.qcmd.client.Job;
import io.qcmd.client.JobEvent;
import io.qcmd.client.Minions;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.Repeat;
import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Relabelled;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client whose answers are set by a test, and which writes down what it was asked. */
final class FakeClient implements QcmdClient, Minions, RunSpec, StartedJob {
    final List<String> asked = new ArrayList<>();
    Flux<JobEvent> events = Flux.empty();
    Mono<JobInfo> info = Mono.error(new AssertionError("info was not expected"));
    Flux<JobInfo> jobs = Flux.empty();
    Flux<MinionInfo> minions = Flux.empty();
    Flux<PingPage.Pong> pongs = Flux.empty();
    Flux<TapPage> tapped = Flux.empty();
    Flux<CancelPage.Answer> answers = Flux.empty();
    Mono<BusStatus> status = Mono.error(new AssertionError("status was not expected"));
    Flux<TargetInfo> targets = Flux.empty();
    Mono<Trace> trace = Mono.error(new AssertionError("a trace was not expected"));
    Accepted accepted = CliTest.ACCEPTED;
    Flux<PreviewPage> preview = Flux.empty();
    boolean closed;

    /** As set as the rest. */
    final Groups groups = new Groups() {
        @Override
        public Flux<Group> list() {
            asks("groups");
            return Flux.just(group("web", new Target("role=web")), group("db", new Target("db*")));
        }

        @Override
        public Mono<Group> set(String name, Target target) {
            asks("set", name, target);
            return Mono.just(group(name, target));
        }

        @Override
        public Mono<Group> remove(String name) {
            asks("remove", name);
            return Mono.just(group(name, new Target("gone*")));
        }

        private Group group(String name, Target target) {
            return new Group(name, target, 940_000, "li");
        }
    };

    private FakeClient asks(Object... words) {
        asked.add(String.join(" ", Arrays.stream(words).map(String::valueOf).toList()));
        return this;
    }

    @Override
    public Mono<BusStatus> status() {
        return status;
    }

    @Override
    public Mono<Duration> ping() {
        return Mono.just(Duration.ofMillis(1));
    }

    @Override
    public RunSpec run(Target target) {
        return asks("run", target);
    }

    @Override
    public Job job(String reference) {
        return asks("job", reference);
    }

    @Override
    public Flux<JobInfo> jobs(JobQuery query) {
        String within = query.withinMillis() == null ? "" : " within " + query.withinMillis();
        String states = query.states().isEmpty() ? "" : " " + query.states();
        String notes = query.notes().isEmpty() ? "" : " notes " + new TreeMap<>(query.notes());
        asks("jobs", query.limit() + (query.mine() ? " mine" : "") + states + within + notes);
        return jobs;
    }

    @Override
    public Minions minions() {
        return this;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public Flux<MinionInfo> list(Selection selection) {
        asks("list", words(selection));
        return minions;
    }

    @Override
    public Flux<MinionInfo> list(Selection selection, MinionInfo.Presence state) {
        asks("list", words(selection), state);
        return minions.filter(minion -> minion.presence() == state);
    }

    @Override
    public Mono<Quarantined> quarantine(Target target, String reason) {
        asks("quarantine", target, reason);
        return Mono.just(new Quarantined(3, 2));
    }

    @Override
    public Mono<Quarantined> release(Target target) {
        asks("release", target);
        return Mono.just(new Quarantined(1, 1));
    }

    @Override
    public Mono<Relabelled> label(Target target, Labels.Change change) {
        asks("label", target, new TreeMap<>(change.set().pairs()), change.removed());
        return Mono.just(new Relabelled(3, 2));
    }

    @Override
    public Mono<Void> remove(String id) {
        asks("remove", id);
        return Mono.empty();
    }

    @Override
    public Flux<PreviewPage> preview(Selection selection) {
        asks("preview", words(selection));
        return preview;
    }

    @Override
    public Groups groups() {
        return groups;
    }

    /** The target, and what is not the default. */
    private static String words(Selection selection) {
        return selection.target()
                + (selection.exclude() == null ? "" : " exclude " + selection.exclude())
                + (selection.sample() == null ? "" : " sample " + selection.sample())
                + (selection.limit() == null ? "" : " limit " + selection.limit())
                + (selection.uncontrollable() == Selection.WhenUncontrollable.FILTER
                        ? ""
                        : " uncontrollable " + selection.uncontrollable());
    }

    @Override
    public RunSpec exclude(Target whom) {
        return asks("exclude", whom);
    }

    @Override
    public RunSpec sample(Selection.Sample part) {
        return asks("sample", part);
    }

    @Override
    public RunSpec limit(int most) {
        return asks("limit", most);
    }

    @Override
    public RunSpec whenUncontrollable(Selection.WhenUncontrollable what) {
        return asks("whenUncontrollable", what);
    }

    @Override
    public Mono<MinionInfo> get(String id) {
        asks("get", id);
        return minions.next();
    }

    @Override
    public Flux<PingPage.Pong> ping(Selection selection, Duration limit) {
        asks("ping", words(selection), limit);
        return pongs;
    }

    @Override
    public Flux<TapPage> tap(String id) {
        asks("tap", id);
        return tapped;
    }

    @Override
    public RunSpec shell(String line) {
        return asks("shell", line);
    }

    @Override
    public RunSpec exec(String program, String... arguments) {
        return asks("exec", program, List.of(arguments));
    }

    @Override
    public RunSpec script(String body, String... arguments) {
        return asks("script", body, List.of(arguments));
    }

    @Override
    public RunSpec stdin(byte[] bytes) {
        return asks("stdin", new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public RunSpec env(String name, String value) {
        return asks("env", name, value);
    }

    @Override
    public RunSpec cwd(String directory) {
        return asks("cwd", directory);
    }

    @Override
    public RunSpec callback(String endpoint) {
        return asks("callback", endpoint);
    }

    @Override
    public RunSpec timeout(Duration limit) {
        return asks("timeout", limit);
    }

    @Override
    public RunSpec expire(Duration limit) {
        return asks("expire", limit);
    }

    @Override
    public RunSpec user(String name) {
        return asks("user", name);
    }

    @Override
    public RunSpec allowDaemon() {
        return asks("allowDaemon");
    }

    @Override
    public RunSpec requestId(String id) {
        return asks("requestId", id);
    }

    @Override
    public RunSpec reason(String text) {
        return asks("reason", text);
    }

    @Override
    public RunSpec note(String name, String value) {
        return asks("note", name, value);
    }

    @Override
    public Mono<StartedJob> start() {
        return Mono.just(this);
    }

    @Override
    public Flux<TargetResult> results() {
        return events.ofType(JobEvent.Ended.class).map(JobEvent.Ended::result);
    }

    @Override
    public Flux<JobEvent> events() {
        return events;
    }

    @Override
    public String id() {
        return accepted.job().toString();
    }

    @Override
    public Accepted accepted() {
        return accepted;
    }

    @Override
    public Mono<JobInfo> info() {
        return info;
    }

    @Override
    public Flux<OutputChunk> output(String... only) {
        asks("output", List.of(only));
        return events.ofType(JobEvent.Printed.class).map(JobEvent.Printed::chunk);
    }

    @Override
    public Flux<OutputChunk> outputSoFar(String... only) {
        asks("outputSoFar", List.of(only));
        return events.ofType(JobEvent.Printed.class).map(JobEvent.Printed::chunk);
    }

    @Override
    public Flux<TargetInfo> targets(TargetState... states) {
        asks("targets", List.of(states));
        return targets;
    }

    @Override
    public Mono<Trace> trace(String minion) {
        asks("trace", minion);
        return trace;
    }

    @Override
    public Repeat redo() {
        return repeat("redo");
    }

    @Override
    public Repeat redoOnSameMinions() {
        return repeat("redoOnSameMinions");
    }

    @Override
    public Repeat redoOn(Selection others) {
        return repeat("redoOn " + words(others));
    }

    @Override
    public Repeat retry(TargetState... states) {
        return repeat("retry " + List.of(states));
    }

    private Repeat repeat(String what) {
        asks(what);
        return new Repeat() {
            @Override
            public Repeat requestId(String id) {
                asks("requestId", id);
                return this;
            }

            @Override
            public Repeat reason(String text) {
                asks("reason", text);
                return this;
            }

            @Override
            public Repeat note(String name, String value) {
                asks("note", name, value);
                return this;
            }

            @Override
            public Mono<StartedJob> start() {
                return Mono.just(FakeClient.this);
            }

            @Override
            public Flux<JobEvent> events() {
                return events;
            }
        };
    }

    @Override
    public Mono<JobInfo> await() {
        return info;
    }

    @Override
    public Flux<CancelPage.Answer> cancel(CancelWish how, String... only) {
        String after = how.killAfterMillis() == null ? "" : " kill after " + how.killAfterMillis();
        asks("cancel", List.of(only) + after + (how.reason().isEmpty() ? "" : " because " + how.reason()));
        return answers;
    }
}
