package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import io.qcmd.client.RunSpec;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
        name = "run",
        addMethodSubcommands = false,
        description = "Run a command on minions and show what each of them did.",
        footer = {
            "",
            "One word after -- is a shell line: qcmd run 'web*' -- 'uptime | cut -c1-9'",
            "Several words are run as they are, without a shell: qcmd run web1 -- ls -l /"
        })
final class RunVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "TARGET", description = "Which minions: see qcmd help targets.")
    private String target = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "After --.")
    private List<String> words = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long it may run on each minion, 60s by default.")
    private @Nullable Duration timeout;

    @Option(
            names = "--expire",
            paramLabel = "TIME",
            description = "How long it may wait for a minion, half of the timeout by default.")
    private @Nullable Duration expire;

    @Option(
            names = "--stdin",
            paramLabel = "FILE",
            description = "What the command reads, at most 256 KiB; - is stdin.")
    private @Nullable String stdin;

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "Added to its environment.")
    private Map<String, String> environment = Map.of();

    @Option(names = "--cwd", paramLabel = "DIR", description = "Its working directory, / by default.")
    private @Nullable String cwd;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "As whom it runs there, as the agent by default; only an agent of root can, and there is no way back.")
    private @Nullable String user;

    @Option(
            names = "--callback",
            paramLabel = "NAME",
            description = "Whom the bus tells of ends without an exit status: an endpoint of its bus.yaml.")
    private @Nullable String callback;

    @Option(names = "--allow-daemon", description = "Leave processes alone that outlive the main one.")
    private boolean allowDaemon;

    @Mixin
    private final Choosing choosing = new Choosing();

    @Option(
            names = "--uncontrollable",
            paramLabel = "HOW",
            description = "What becomes of uncontrollable minions: filter (left out, by default), fail or queue.")
    private WhenUncontrollable uncontrollable = WhenUncontrollable.FILTER;

    @Mixin
    private final Remarking remarking = new Remarking();

    @Option(names = "--dry-run", description = "Only show which minions would be meant.")
    private boolean dryRun;

    @Mixin
    private final Watching watching = new Watching();

    @Option(names = "--detach", description = "Print the job's id and leave.")
    private boolean detach;

    RunVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.with(client -> {
            Selection selection = selection();
            if (dryRun) {
                return new DryRun(session)
                        .show(client.minions().preview(selection))
                        .code();
            }
            if (session.globals().format() == Globals.Format.RAW) {
                RawView.only(RawView.targets(client, selection));
            }
            RunSpec run = spec(client, selection);
            if (detach) {
                return Detached.print(Calls.answer(run.start()), session);
            }
            JobWatch watch = new JobWatch(session, client, watching);
            return watch.code(watch.submitted(run.events(), described()));
        });
    }

    private Selection selection() {
        if ("-".equals(stdin) && target.equals("-")) {
            throw new UsageError("stdin cannot be both the target and what the command reads", "use @file: for one");
        }
        return choosing.of(target).withUncontrollable(uncontrollable);
    }

    private RunSpec spec(QcmdClient client, Selection selection) {
        RunSpec run = on(selection, client.run(selection.target()));
        run = words.size() == 1
                ? run.shell(words.get(0))
                : run.exec(words.get(0), words.subList(1, words.size()).toArray(String[]::new));
        run = timeout == null ? run : run.timeout(timeout);
        run = expire == null ? run : run.expire(expire);
        run = stdin == null ? run : run.stdin(read(stdin));
        run = cwd == null ? run : run.cwd(cwd);
        run = user == null ? run : run.user(user);
        run = callback == null ? run : run.callback(callback);
        run = allowDaemon ? run.allowDaemon() : run;
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            run = run.env(entry.getKey(), entry.getValue());
        }
        return remarking.on(run);
    }

    private static RunSpec on(Selection selection, RunSpec spec) {
        RunSpec run = selection.exclude() == null ? spec : spec.exclude(selection.exclude());
        run = selection.sample() == null ? run : run.sample(selection.sample());
        run = selection.limit() == null ? run : run.limit(selection.limit());
        return selection.uncontrollable() == WhenUncontrollable.FILTER
                ? run
                : run.whenUncontrollable(selection.uncontrollable());
    }

    private String described() {
        return Texts.command(words.size() == 1 ? Command.shell(words.get(0)) : Command.exec(words));
    }

    private static byte[] read(String file) {
        try (InputStream in = file.equals("-") ? System.in : new FileInputStream(file)) {
            byte[] bytes = in.readNBytes(Limits.STDIN + 1);
            if (bytes.length > Limits.STDIN) {
                throw new UsageError(
                        "--stdin " + file + ": is larger than " + Limits.STDIN / 1_024 + " KiB",
                        "let the command fetch it from where all minions can read it");
            }
            return bytes;
        } catch (IOException e) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "cannot read " + Escape.text(file) + ": " + e.getMessage(), "see --stdin");
        }
    }
}
