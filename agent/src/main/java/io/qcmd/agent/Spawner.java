package io.qcmd.agent;

import io.qcmd.agent.OutputPipes.OutputPipe;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Quoted;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a process of a command: its words, environment, directory, standard input, and output into two pipes. Thread-safe.
 *
 * <pre>
 *   setsid  WRAPPER  program arguments...
 * </pre>
 *
 * <p>{@code setsid} makes the process leader of a session of its own. It does not fork, as a child of Java leads no group: pid, session and group are one number. What
 * else is to be done before the program runs, and as whom it runs, is the matter of {@link Wrapper}.
 */
final class Spawner {
    private static final Path OOM_SCORE_ADJUSTMENT = Path.of("/proc/self/oom_score_adj");
    private static final File NOTHING = new File("/dev/null");
    /** As the kernel reads it: an interpreter, and all the rest of the line as one argument. */
    private static final Pattern SHEBANG =
            Pattern.compile("#![ \\t]*([^ \\t\\n]+)(?:[ \\t]+([^\\n]*?))?[ \\t]*(?:\\n.*)?", Pattern.DOTALL);

    private static final int LONGEST_SHEBANG = 255;
    private static final boolean UTF_8 = Stream.of(
                    Charset.defaultCharset().name(), System.getProperty("sun.jnu.encoding", ""))
            .allMatch("UTF-8"::equalsIgnoreCase);

    private final RunnerSettings settings;
    private final OutputPipes pipes;
    private final Optional<Path> setsid;
    private final Accounts accounts;
    private final boolean protectedFromOom;

    Spawner(RunnerSettings settings, OutputPipes pipes) {
        this.settings = settings;
        this.pipes = pipes;
        this.setsid = find("setsid", Path.of("/"));
        this.accounts = new Accounts(find("setpriv", Path.of("/")), find("getent", Path.of("/")), Accounts.isRoot());
        // A negative one is inherited.
        this.protectedFromOom = ownOomScoreAdjustment() < 0;
    }

    /** Whether commands get sessions of their own, that is, whether this host has {@code setsid}. */
    boolean hasSessions() {
        return setsid.isPresent();
    }

    /** Why this cannot be exec'ed here, for people; empty: nothing is known against it. */
    Optional<String> refusal(Command command) {
        try {
            return Stream.of(textRefusal(command), userRefusal(command), cwdRefusal(command), programRefusal(command))
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (InvalidPathException e) {
            return Optional.of("path " + Quoted.of(e.getInput()) + ": " + e.getReason());
        }
    }

    /** Makes it ready to be executed inside of the cell; an error leaves that to the caller. Asks who the user is, which may block for some seconds. */
    Launch prepare(Message message, JobDirectory directory, Containment.Cell cell) throws IOException {
        Command command = message.command();
        Optional<String> refusal = refusal(command);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        Optional<Account> account = account(command);
        ProcessBuilder builder = new ProcessBuilder(words(command, directory, account, cell))
                .directory(cwd(command).toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(message, account));
        Optional<Path> stdin = stdin(command, directory);
        builder.redirectInput(stdin.map(Path::toFile).orElse(NOTHING));
        boolean shared = account.isPresent();
        OutputPipe stdout = pipes.open(shared);
        try {
            OutputPipe stderr = pipes.open(shared);
            builder.redirectOutput(stdout.sink()).redirectError(stderr.sink());
            return new Launch(builder, stdin, stdout, stderr, directory, cell);
        } catch (IOException | RuntimeException | Error e) {
            stdout.close();
            throw e;
        }
    }

    private Optional<Account> account(Command command) throws IOException {
        String user = command.user();
        return user == null
                ? Optional.empty()
                : Optional.of(Account.of(user, accounts.getent().orElseThrow()));
    }

    /** 0 where the kernel does not tell. */
    private static int ownOomScoreAdjustment() {
        try {
            return Integer.parseInt(Files.readString(OOM_SCORE_ADJUSTMENT).strip());
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    // A file instead of a pipe: no thread has to feed it.
    private static Optional<Path> stdin(Command command, JobDirectory directory) throws IOException {
        if (command.stdin().isEmpty()) {
            return Optional.empty();
        }
        Path stdin = directory.write("stdin", command.stdin(), Modes.OWNER_ONLY);
        return Optional.of(command.user() == null ? stdin : JobDirectory.handOver(stdin));
    }

    private List<String> words(
            Command command, JobDirectory directory, Optional<Account> account, Containment.Cell cell)
            throws IOException {
        Optional<Path> script = command.kind() == Command.Kind.SCRIPT
                ? Optional.of(directory.write("script", command.script(), Modes.SCRIPT))
                : Optional.empty();
        Wrapper wrapper = new Wrapper(cell.door(), protectedFromOom);
        List<String> words = new ArrayList<>();
        setsid.ifPresent(path -> words.add(path.toString()));
        if (account.isEmpty()) {
            words.addAll(wrapper.words(directory));
            words.addAll(program(command, script.map(Path::toString)));
            return words;
        }
        if (script.isPresent()) {
            JobDirectory.handOver(script.get());
        }
        words.addAll(wrapper.words(
                directory, script, account.get().become(accounts.setpriv().orElseThrow())));
        words.addAll(program(command, script.map(path -> Wrapper.SCRIPT)));
        return words;
    }

    private static List<String> program(Command command, Optional<String> script) {
        return switch (command.kind()) {
            case SHELL -> List.of(Wrapper.SHELL, "-c", "--", command.argv().get(0));
            case EXEC -> command.argv();
            case SCRIPT ->
                Stream.of(interpreter(command).stream(), script.stream(), command.argv().stream())
                        .flatMap(words -> words)
                        .toList();
        };
    }

    /**
     * The interpreter of a script, as exec would take it from its first line. It is named instead of exec'ing the script itself, because that fails (ETXTBSY) while
     * another command is being forked with the file still open for writing, and on a file system mounted noexec.
     */
    private static List<String> interpreter(Command command) {
        int size = Math.min(command.script().size(), LONGEST_SHEBANG);
        Matcher line = SHEBANG.matcher(command.script().slice(0, size).utf8());
        if (!line.matches()) {
            return List.of(Wrapper.SHELL);
        }
        String argument = line.group(2);
        return argument == null || argument.isEmpty() ? List.of(line.group(1)) : List.of(line.group(1), argument);
    }

    private Map<String, String> environment(Message message, Optional<Account> account) {
        Map<String, String> environment = new HashMap<>(settings.environment());
        account.ifPresent(other -> environment.putAll(other.environment()));
        environment.putAll(message.command().environment());
        environment.put("QCMD_JOB", message.job().toString());
        return environment;
    }

    // Java encodes words and paths in the charset of its locale, and writes '?' for what that does not have.
    private static Optional<String> textRefusal(Command command) {
        Stream<String> texts = Stream.of(
                        command.argv().stream(),
                        command.environment().values().stream(),
                        Stream.ofNullable(command.cwd()))
                .flatMap(text -> text);
        return UTF_8
                        || texts.allMatch(
                                text -> StandardCharsets.US_ASCII.newEncoder().canEncode(text))
                ? Optional.empty()
                : Optional.of(
                        "a word, value or path is not ASCII, and the agent runs without a UTF-8 locale; start it with LC_ALL=C.UTF-8");
    }

    private Optional<String> userRefusal(Command command) {
        return command.user() == null ? Optional.empty() : accounts.refusal();
    }

    private static Optional<String> cwdRefusal(Command command) {
        return Files.isDirectory(cwd(command))
                ? Optional.empty()
                : Optional.of("cwd " + Quoted.of(cwd(command).toString()) + ": there is no such directory");
    }

    private Optional<String> programRefusal(Command command) {
        return switch (command.kind()) {
            case SHELL -> refusal("shell", Wrapper.SHELL, command);
            case EXEC -> refusal("program", command.argv().get(0), command);
            case SCRIPT -> refusal("interpreter", interpreter(command).get(0), command);
        };
    }

    private Optional<String> refusal(String role, String program, Command command) {
        String what = role + " " + Quoted.of(program);
        if (program.startsWith("-")) {
            return Optional.of(what + ": begins with '-', which a shell takes for an option; write a path");
        }
        if (program.indexOf('/') < 0) {
            return find(program, cwd(command)).isPresent()
                    ? Optional.empty()
                    : Optional.of(what + ": not found in PATH="
                            + settings.environment().get("PATH"));
        }
        Path path = cwd(command).resolve(program);
        if (!Files.exists(path)) {
            return Optional.of(what + ": there is no such file");
        }
        return isProgram(path) ? Optional.empty() : Optional.of(what + ": is not an executable file");
    }

    private Optional<Path> find(String program, Path cwd) {
        return Stream.of(String.valueOf(settings.environment().get("PATH")).split(":"))
                .map(directory -> cwd.resolve(directory).resolve(program))
                .filter(Spawner::isProgram)
                .findFirst();
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    private static Path cwd(Command command) {
        String cwd = command.cwd();
        return Path.of(cwd == null ? "/" : cwd);
    }
}
