package io.qcmd.system;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** The calls that may block a thread of which others wait, each with its reason. Netty and Reactor bring lists of their own. */
public final class AllowedToBlock implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Reads /dev/urandom, which answers at once.
        builder.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes");
        // Once per type in the life of a process: the first readers of a type wait for the one that builds its
        // deserializer.
        builder.allowBlockingCallsInside(
                "com.fasterxml.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
    }
}
