package io.qcmd.client;

import io.qcmd.protocol.Accepted;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A redo or a retry in the making.
 *
 * @param question asks the bus for it, under a request id
 * @param requestId null: a new one for each start
 */
record BusRepeat(
        BusClient client,
        Function<String, Mono<Accepted>> question,
        @Nullable String requestId) implements Repeat {
    @Override
    public Repeat requestId(String id) {
        return new BusRepeat(client, question, id);
    }

    @Override
    public Mono<StartedJob> start() {
        return Mono.defer(() -> question.apply(requestId == null ? client.requestId() : requestId))
                .map(accepted -> new AcceptedJob(client, accepted));
    }
}
