package io.qcmd.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is run on a minion.
 *
 * @param kind how {@code argv} is read
 * @param argv SHELL: the one line for {@code /bin/sh -c}; EXEC: the program and its arguments, byte-exact; SCRIPT: the arguments of the script, maybe none.
 *     Each at most 64 KiB, 128 KiB in all, no NUL
 * @param script the body of a SCRIPT, 1 byte to 512 KiB; empty for the others
 * @param stdin what the command reads, at most 256 KiB; empty: end of file at once
 * @param environment added to the agent's small fixed one; at most 64 entries and 64 KiB; names that change how programs are loaded are refused
 * @param cwd absolute, or null for {@code /}
 * @param user as whom it runs, a name of 1-32 of [a-z0-9_-], the first a letter or '_', that the host knows; null: as the agent
 * @param timeoutMillis from the start of the command, 1 ms to 24 h
 * @param allowDaemon whether processes that outlive the main one are left alone
 */
public record Command(
        Kind kind,
        List<String> argv,
        Bytes script,
        Bytes stdin,
        Map<String, String> environment,
        @Nullable String cwd,
        @Nullable String user,
        long timeoutMillis,
        boolean allowDaemon) {

    /** How the words of a command are read. */
    public enum Kind {
        SHELL,
        EXEC,
        SCRIPT
    }

    public static final long DEFAULT_TIMEOUT_MILLIS = 60_000;

    private static final int LONGEST_CWD = 4_095;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");
    private static final Pattern REFUSED = Pattern.compile(
            "LD_.*|PATH|BASH_ENV|ENV|IFS|SHELLOPTS|PYTHON.*|PERL5.*|RUBY.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|QCMD_.*");

    public Command {
        argv = List.copyOf(argv);
        // Before it is copied: a Map.copyOf of many names of one hash takes the square of their number.
        checkSize("environment entries", environment.size(), 0, Limits.ENVIRONMENT_ENTRIES);
        environment = Map.copyOf(environment);
        checkWords(kind, argv);
        checkSize("script", script.size(), kind == Kind.SCRIPT ? 1 : 0, kind == Kind.SCRIPT ? Limits.SCRIPT : 0);
        checkSize("stdin", stdin.size(), 0, Limits.STDIN);
        checkEnvironment(environment);
        if (cwd != null) {
            checkText("cwd", cwd);
            if (!cwd.startsWith("/") || cwd.length() > LONGEST_CWD) {
                throw invalid("cwd " + Quoted.of(cwd) + ": use an absolute path of at most 4,095 characters");
            }
        }
        if (user != null && !USER.matcher(user).matches()) {
            throw invalid("user " + Quoted.of(user) + ": use 1-32 of [a-z0-9_-], the first a letter or '_'");
        }
        if (timeoutMillis < 1 || timeoutMillis > Limits.TIMEOUT_MILLIS) {
            throw invalid("timeout " + Millis.text(timeoutMillis) + ": use 1 ms to 24 h");
        }
    }

    /** One line for {@code /bin/sh -c}. */
    public static Command shell(String line) {
        return new Command(
                Kind.SHELL,
                List.of(line),
                Bytes.EMPTY,
                Bytes.EMPTY,
                Map.of(),
                null,
                null,
                DEFAULT_TIMEOUT_MILLIS,
                false);
    }

    /** A program and its arguments, no shell. */
    public static Command exec(List<String> argv) {
        return new Command(
                Kind.EXEC, argv, Bytes.EMPTY, Bytes.EMPTY, Map.of(), null, null, DEFAULT_TIMEOUT_MILLIS, false);
    }

    /** A script body with its arguments. */
    public static Command script(Bytes body, List<String> arguments) {
        return new Command(
                Kind.SCRIPT, arguments, body, Bytes.EMPTY, Map.of(), null, null, DEFAULT_TIMEOUT_MILLIS, false);
    }

    public Command withTimeoutMillis(long millis) {
        return new Command(kind, argv, script, stdin, environment, cwd, user, millis, allowDaemon);
    }

    public Command withStdin(Bytes bytes) {
        return new Command(kind, argv, script, bytes, environment, cwd, user, timeoutMillis, allowDaemon);
    }

    public Command withEnvironment(Map<String, String> entries) {
        return new Command(kind, argv, script, stdin, entries, cwd, user, timeoutMillis, allowDaemon);
    }

    public Command withCwd(String directory) {
        return new Command(kind, argv, script, stdin, environment, directory, user, timeoutMillis, allowDaemon);
    }

    public Command withUser(String name) {
        return new Command(kind, argv, script, stdin, environment, cwd, name, timeoutMillis, allowDaemon);
    }

    public Command withAllowDaemon(boolean allow) {
        return new Command(kind, argv, script, stdin, environment, cwd, user, timeoutMillis, allow);
    }

    private static void checkWords(Kind kind, List<String> argv) {
        if (kind == Kind.SHELL && argv.size() != 1) {
            throw invalid("argv: has " + argv.size() + " words; a shell line is one");
        }
        if (kind == Kind.EXEC && (argv.isEmpty() || argv.get(0).isEmpty())) {
            throw invalid("argv: must name a program");
        }
        int all = 0;
        for (String word : argv) {
            int size = word.getBytes(StandardCharsets.UTF_8).length;
            checkText("argv", word);
            checkSize("a word of argv", size, 0, Limits.WORD);
            all += size + 1;
        }
        checkSize("argv", all, 0, Limits.WORDS);
    }

    private static void checkEnvironment(Map<String, String> environment) {
        int all = 0;
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            String name = entry.getKey();
            if (!NAME.matcher(name).matches()) {
                throw invalid("environment name " + Quoted.of(name) + ": use [A-Za-z_][A-Za-z0-9_]*, at most 128");
            }
            if (REFUSED.matcher(name).matches()) {
                throw invalid("environment name " + Quoted.of(name)
                        + ": refused, as it changes how programs are found or loaded; set it inside the command");
            }
            checkText("environment " + name, entry.getValue());
            all += name.length() + entry.getValue().getBytes(StandardCharsets.UTF_8).length + 2;
        }
        checkSize("environment", all, 0, Limits.ENVIRONMENT);
    }

    private static void checkText(String what, String text) {
        if (text.indexOf('\0') >= 0 || !Unicode.isWellFormed(text)) {
            throw invalid(what + ": NUL or half a character in " + Quoted.of(text));
        }
    }

    private static void checkSize(String what, int size, int least, int most) {
        if (size < least || size > most) {
            throw invalid(what + ": size " + size + "; use " + least + " to " + most);
        }
    }

    private static QcmdException invalid(String message) {
        return new QcmdException(ErrorCode.COMMAND_INVALID, message);
    }
}
