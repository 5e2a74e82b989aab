package io.qcmd.client.cli;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Encoding;
import java.util.UUID;

/** What a question to the bus will need is got ready on another core, while the words of the command line are still being read. */
final class HeadStart {
    private HeadStart() {}

    /** Nobody waits for it but who needs what it makes. */
    static void begin() {
        Thread thread = new Thread(HeadStart::run, "qcmd-head-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        WireCodec codec = Encoding.CBOR.codec(WireCodec.Size.LARGE);
        codec.prepare(Submit.class, Accepted.class);
        codec.prepare(ResultQuery.class, ResultPage.class);
        // The first random number has to find the providers of security.
        var unused = UUID.randomUUID();
    }
}
