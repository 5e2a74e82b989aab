package io.qcmd.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server takes from its host.
 *
 * @param files and sockets that are open
 * @param kilobytes of memory, shared pages included
 */
record Weight(int files, int threads, long kilobytes) {
    /** Two servers that rest differ by this: a connection that is just opened, a thread of a compiler, pages that the collector keeps. */
    private static final int SLACK = 16;

    private static final long SLACK_KILOBYTES = 256 * 1024;

    static Weight of(Program server) {
        try {
            return new Weight(
                    Processes.openFiles(server.pid()),
                    Processes.threads(server.pid()),
                    Processes.residentKilobytes(server.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param rest what such a server weighed when it rested before */
    List<String> objections(Weight rest) {
        List<String> wrong = new ArrayList<>();
        if (files > rest.files + SLACK) {
            wrong.add(files + " open files, once " + rest.files);
        }
        if (threads > rest.threads + SLACK) {
            wrong.add(threads + " threads, once " + rest.threads);
        }
        if (kilobytes > rest.kilobytes + SLACK_KILOBYTES) {
            wrong.add(kilobytes + " KiB of memory, once " + rest.kilobytes);
        }
        return wrong;
    }
}
