package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A bus that answers each question with the next of the given streams, and remembers what it was asked. */
final class FakeRequester implements Requester {
    final List<Object> asked = new CopyOnWriteArrayList<>();
    private final Queue<Publisher<?>> answers = new ArrayDeque<>();
    private boolean closed;

    FakeRequester answers(Publisher<?> stream) {
        answers.add(stream);
        return this;
    }

    FakeRequester answers(Object answer) {
        return answers(Mono.just(answer));
    }

    /** The connection breaks after these. */
    FakeRequester loses(Object... before) {
        return answers(Flux.concat(Flux.fromArray(before), Mono.error(ConnectionLost::new)));
    }

    /** No connection can be made. */
    FakeRequester isAway() {
        return answers(Mono.error(() -> new QcmdException(ErrorCode.UNREACHABLE, "away")));
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public <A> Mono<A> response(Route route, Object request, Class<A> answer) {
        return stream(route, request, answer).next();
    }

    @Override
    public <A> Flux<A> stream(Route route, Object request, Class<A> answer) {
        return Flux.defer(() -> {
            asked.add(request);
            Publisher<?> next = answers.remove();
            return Flux.from(next).cast(answer);
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
