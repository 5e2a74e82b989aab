package io.qcmd.system;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** The calls that may block a thread of which others wait, each with its reason; in the JVM of the tests and in watched servers. Netty and Reactor bring lists of their own. */
public final class AllowedToBlock implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Reads /dev/urandom, which answers at once.
        builder.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes");
        // Wait for the few instructions of another thread that puts in or takes out.
        builder.allowBlockingCallsInside("java.util.concurrent.ArrayBlockingQueue", "offer");
        builder.allowBlockingCallsInside("java.util.concurrent.ArrayBlockingQueue", "poll");
        builder.allowBlockingCallsInside("java.util.concurrent.LinkedBlockingQueue", "offer");
        builder.allowBlockingCallsInside("java.util.concurrent.LinkedBlockingQueue", "poll");
        // Waits for the few instructions of another thread that sets or ends a timer. Reactor's own list has the other
        // two kinds of its tasks; this is the one of rsocket's keep-alive.
        builder.allowBlockingCallsInside("reactor.core.scheduler.PeriodicWorkerTask", "dispose");
        // Waits for the few instructions in which the writer of the journal takes what there is; never for room.
        builder.allowBlockingCallsInside("io.qcmd.agent.FileJournal", "promise");
        // Once per type in the life of a process: the first readers of a type wait for the one that builds its
        // deserializer.
        builder.allowBlockingCallsInside(
                "com.fasterxml.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
    }
}
