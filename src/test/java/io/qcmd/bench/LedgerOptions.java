package io.qcmd.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the benches take that write a ledger. */
class LedgerOptions extends Options {
    /** A process here may have 20,000 files open; the ledger and the clients need some. */
    static final int MOST_BY_TCP = 19_900;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where the ledger is written; by default with temporary files.")
    private @Nullable Path directory;

    /** On the disk that was asked for. */
    Workplace workplace() throws IOException {
        return Workplace.in(directory);
    }
}
