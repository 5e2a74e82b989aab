package io.qcmd.client;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Remark;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A redo or a retry in the making.
 *
 * @param requestId null: a new one for each start
 * @param remark over that of the job
 */
record BusRepeat(
        BusClient client, Question question, @Nullable String requestId, Remark remark) implements Repeat {

    /** Asks the bus for the new job. */
    @FunctionalInterface
    interface Question {
        Mono<Accepted> ask(String requestId, Remark remark);
    }

    @Override
    public Repeat requestId(String id) {
        return new BusRepeat(client, question, id, remark);
    }

    @Override
    public Repeat reason(String text) {
        return new BusRepeat(client, question, requestId, remark.withReason(text));
    }

    @Override
    public Repeat note(String name, String value) {
        return new BusRepeat(client, question, requestId, remark.withNote(name, value));
    }

    @Override
    public Mono<StartedJob> start() {
        return Mono.defer(() -> question.ask(requestId == null ? client.requestId() : requestId, remark))
                .map(accepted -> new AcceptedJob(client, accepted));
    }
}
