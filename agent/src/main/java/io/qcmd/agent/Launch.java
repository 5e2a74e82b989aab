package io.qcmd.agent;

import io.qcmd.agent.OutputPipes.OutputPipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A command that is ready to be executed: {@link #start} is the point of no return. What failed before it has executed nothing. What fails from there on may have,
 * whatever the error says, and only {@link #provesUnexecuted} tells. Closed after its end, it lets go of pipes and cell.
 *
 * @param builder makes the process
 * @param stdin the file of its standard input, if it has one
 */
record Launch(
        ProcessBuilder builder,
        Optional<Path> stdin,
        OutputPipe stdout,
        OutputPipe stderr,
        JobDirectory directory,
        Containment.Cell cell)
        implements AutoCloseable {

    /**
     * Executes it, once. An error proves nothing: the JDK forks before it finds that it gets no thread to wait for the child, which may run then, and nobody would
     * hear of its end.
     */
    Process start() throws IOException {
        Process process = builder.start();
        stdout.handedOver();
        stderr.handedOver();
        // The process has it open.
        stdin.ifPresent(directory::drop);
        return process;
    }

    /** Whether it is proved that the program was not executed. A proof only once no process of it is left. */
    boolean provesUnexecuted() {
        return Wrapper.provesUnexecuted(directory);
    }

    @Override
    public void close() {
        stdout.close();
        stderr.close();
        cell.close();
    }
}
