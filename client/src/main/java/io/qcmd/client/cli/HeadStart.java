package io.qcmd.client.cli;

import io.qcmd.protocol.Route;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Encoding;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** What a question to the bus will need is got ready on another core, while the words of the command line are still being read. */
final class HeadStart {
    private HeadStart() {}

    /** Nobody waits for it but who needs what it makes. */
    static void begin() {
        Thread thread = new Thread(HeadStart::run, "qcmd-head-start");
        thread.setDaemon(true);
        thread.start();
    }

    /** In the order in which it is needed; what comes last may still be made while the bus is at work. */
    private static void run() {
        // The first random number has to find the providers of security.
        var random = UUID.randomUUID();
        WireCodec codec = Encoding.CBOR.codec(WireCodec.Size.LARGE);
        prepare(codec, Route.JOB_SUBMIT);
        // Reactor looks for Micrometer, which is in none of the jars: all of them have to be opened.
        var unused = Flux.from(Flux.just(random));
        prepare(codec, Route.JOB_RESULTS);
    }

    private static void prepare(WireCodec codec, Route route) {
        codec.prepare(route.request(), route.answer());
    }
}
