package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shell that stands between agent and program for a moment, and becomes the program: same process, same pid.
 *
 * <pre>
 *   /bin/sh -c OUTER  jobs/JOB/executed  [cgroup.procs]                                                            program arguments...
 *   /bin/sh -c OUTER  jobs/JOB/executed  [cgroup.procs]  [script]  setpriv ... -- /bin/sh -c INNER  executed       program arguments...
 * </pre>
 *
 * <p>It enters the cgroup, sets the umask, gives up the agent's protection from the OOM killer, becomes another user if it has to, and leaves a proof of whether
 * the program was executed, which an exit code of 126 or 127 alone is not: to an empty file {@code s} is written just before exec, {@code f} when that has failed. The
 * shell holds the file open, as the agent's user, but the program does not have it, so no other user can deny that his program ran.
 */
record Wrapper(Optional<Path> cgroup, boolean protectedFromOom) {
    static final String SHELL = "/bin/sh";

    /** Where another user finds his script: it is open for him, and no directory on the way to its name has to be. */
    static final String SCRIPT = "/proc/self/fd/8";

    private static final String PROOF = "executed";
    private static final String EXECUTED = "s";

    /** What makes an agent the last to be killed when memory is short must not make its commands so. */
    private static final String UNPROTECTED = "{ echo 0 >/proc/self/oom_score_adj; } 2>/dev/null; ";

    private static final String PREPARE = "umask 077; exec 9>>\"$0\" || exit 126; ";
    private static final String ENTER = "echo 0 >\"$1\" || exit 126; shift; ";
    private static final String OPEN_SCRIPT = "exec 8<\"$1\" || exit 126; shift; ";
    private static final String BECOME = "exec \"$@\"";
    private static final String CHECK_CWD = "[ -x . ] || { echo 'executed: cwd: Permission denied' >&2; exit 126; }; ";
    // A shell keeps what the redirection of a group hides, for itself alone, and has it back when the exec has failed:
    // then dash runs the trap by itself; bash needs the option for it.
    private static final String BECOME_WITH_PROOF = "[ -n \"$BASH\" ] && shopt -s execfail 2>/dev/null; "
            + "trap 'printf f >&9' 0; printf s >&9 || exit 126; { exec \"$@\"; } 9>&-; exit 126";

    /** Whether it is proved that the program was not executed. Not so when the proof cannot be read: the command may have deleted it. */
    static boolean provesUnexecuted(JobDirectory directory) {
        try {
            return !Files.readString(directory.path().resolve(PROOF)).equals(EXECUTED);
        } catch (IOException e) {
            return false;
        }
    }

    /** The words that run the program as the agent's own user. */
    List<String> words(JobDirectory directory) throws IOException {
        return outer(directory, "", BECOME_WITH_PROOF);
    }

    /** The words that run it as the user whom {@code become} makes of it. */
    List<String> words(JobDirectory directory, Optional<Path> script, List<String> become) throws IOException {
        List<String> words = outer(directory, script.isPresent() ? OPEN_SCRIPT : "", BECOME);
        script.map(Path::toString).ifPresent(words::add);
        words.addAll(become);
        words.addAll(List.of(SHELL, "-c", CHECK_CWD + BECOME_WITH_PROOF, PROOF));
        return words;
    }

    private List<String> outer(JobDirectory directory, String more, String become) throws IOException {
        Path proof = directory.write(PROOF, Bytes.EMPTY, Modes.OWNER_ONLY);
        String text =
                PREPARE + (cgroup.isPresent() ? ENTER : "") + (protectedFromOom ? UNPROTECTED : "") + more + become;
        List<String> words = new ArrayList<>(List.of(SHELL, "-c", text, proof.toString()));
        cgroup.map(Path::toString).ifPresent(words::add);
        return words;
    }
}
