package io.qcmd.client;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A request in the making.
 *
 * @param command with an empty shell line until one is chosen
 * @param requestId null: a new one for each submit
 * @param callback null: whom the bus calls back by default
 */
record BusRun(
        BusClient client,
        Selection selection,
        Command command,
        @Nullable Long expireMillis,
        @Nullable String requestId,
        @Nullable String callback,
        Remark remark)
        implements RunSpec {

    BusRun {
        // Bad values are refused at the call that brings them, by the rules of the message.
        var checked =
                new Submit(requestId == null ? "any" : requestId, selection, command, expireMillis, callback, remark);
        remark = checked.remark();
    }

    static BusRun of(BusClient client, Target target) {
        return new BusRun(client, Selection.of(target), Command.shell(""), null, null, null, Remark.NONE);
    }

    @Override
    public RunSpec shell(String line) {
        return words(Command.Kind.SHELL, List.of(line), Bytes.EMPTY);
    }

    @Override
    public RunSpec exec(String program, String... arguments) {
        List<String> argv = new ArrayList<>(List.of(arguments));
        argv.add(0, program);
        return words(Command.Kind.EXEC, argv, Bytes.EMPTY);
    }

    @Override
    public RunSpec script(String body, String... arguments) {
        return words(Command.Kind.SCRIPT, List.of(arguments), Bytes.utf8(body));
    }

    @Override
    public RunSpec stdin(byte[] bytes) {
        return with(command.withStdin(Bytes.copyOf(bytes)));
    }

    @Override
    public RunSpec env(String name, String value) {
        Map<String, String> entries = new HashMap<>(command.environment());
        entries.put(name, value);
        return with(command.withEnvironment(entries));
    }

    @Override
    public RunSpec cwd(String directory) {
        return with(command.withCwd(directory));
    }

    @Override
    public RunSpec user(String name) {
        return with(command.withUser(name));
    }

    @Override
    public RunSpec timeout(Duration limit) {
        return with(command.withTimeoutMillis(limit.toMillis()));
    }

    @Override
    public RunSpec expire(Duration limit) {
        return new BusRun(client, selection, command, limit.toMillis(), requestId, callback, remark);
    }

    @Override
    public RunSpec exclude(Target whom) {
        return on(selection.withExclude(whom));
    }

    @Override
    public RunSpec sample(Selection.Sample part) {
        return on(selection.withSample(part));
    }

    @Override
    public RunSpec limit(int most) {
        return on(selection.withLimit(most));
    }

    @Override
    public RunSpec whenUncontrollable(Selection.WhenUncontrollable what) {
        return on(selection.withUncontrollable(what));
    }

    @Override
    public RunSpec allowDaemon() {
        return with(command.withAllowDaemon(true));
    }

    @Override
    public RunSpec requestId(String id) {
        return new BusRun(client, selection, command, expireMillis, id, callback, remark);
    }

    @Override
    public RunSpec callback(String endpoint) {
        return new BusRun(client, selection, command, expireMillis, requestId, endpoint, remark);
    }

    @Override
    public RunSpec reason(String text) {
        return with(remark.withReason(text));
    }

    @Override
    public RunSpec note(String name, String value) {
        return with(remark.withNote(name, value));
    }

    @Override
    public Mono<StartedJob> start() {
        // The id is chosen per subscription and kept over reconnects: a submit whose answer was lost runs nothing
        // twice.
        return Mono.fromCallable(this::submit)
                .flatMap(submit -> client.submit(Route.JOB_SUBMIT, submit))
                .map(accepted -> new AcceptedJob(client, accepted));
    }

    @Override
    public Flux<TargetResult> results() {
        return start().flatMapMany(Job::results);
    }

    @Override
    public Flux<JobEvent> events() {
        return start().flatMapMany(job -> Flux.concat(Mono.just(new JobEvent.Started(job.accepted())), job.events()));
    }

    private Submit submit() {
        if (command.kind() == Command.Kind.SHELL && command.argv().get(0).isEmpty()) {
            throw new QcmdException(
                    ErrorCode.COMMAND_INVALID, "there is no command: name a shell line, a program or a script");
        }
        return new Submit(
                requestId == null ? client.requestId() : requestId, selection, command, expireMillis, callback, remark);
    }

    private BusRun words(Command.Kind kind, List<String> argv, Bytes body) {
        return with(new Command(
                kind,
                argv,
                body,
                command.stdin(),
                command.environment(),
                command.cwd(),
                command.user(),
                command.timeoutMillis(),
                command.allowDaemon()));
    }

    private BusRun on(Selection other) {
        return new BusRun(client, other, command, expireMillis, requestId, callback, remark);
    }

    private BusRun with(Command other) {
        return new BusRun(client, selection, other, expireMillis, requestId, callback, remark);
    }

    private BusRun with(Remark other) {
        return new BusRun(client, selection, command, expireMillis, requestId, callback, other);
    }
}
