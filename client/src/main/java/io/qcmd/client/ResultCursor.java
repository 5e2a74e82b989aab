package io.qcmd.client;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;

/**
 * One reader of a job's pages: remembers its place, so that a new connection goes on where the last one ended, and makes events of rows. Keeps where each stream
 * of a live target ends, and the ids of ended targets: bounded by the targets of a job (100,000). Belongs to one subscription.
 */
final class ResultCursor {
    private final BusClient client;
    private final ResultQuery query;
    // Texts are the keys: the hash of a record is made at run time, and costs a short life 20 ms.
    private final Map<String, Long> ends = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private long place;
    private boolean complete;
    /** Since the last page, and told. */
    private boolean lost;

    private ResultCursor(BusClient client, ResultQuery query) {
        this.client = client;
        this.query = query;
        this.place = query.after();
    }

    static Flux<JobEvent> events(BusClient client, ResultQuery query) {
        return Flux.defer(() -> {
            ResultCursor cursor = new ResultCursor(client, query);
            return client.reconnect().stream(cursor::news).concatMapIterable(events -> events, 1);
        });
    }

    /** The events of each page; and when the connection breaks, word of it before the next one is tried. */
    private Flux<List<JobEvent>> news() {
        return pages().map(this::read).onErrorResume(failure -> {
            boolean isNew = failure instanceof ConnectionLost && !lost;
            lost |= isNew;
            Flux<List<JobEvent>> word = isNew ? Flux.just(List.of(new JobEvent.BusLost())) : Flux.empty();
            return word.concatWith(Flux.error(failure));
        });
    }

    private Flux<ResultPage> pages() {
        ResultQuery rest =
                new ResultQuery(query.job(), place, query.output(), query.hints(), query.minions(), query.follow());
        return client.requester().stream(Route.JOB_RESULTS, rest, ResultPage.class)
                .doOnNext(page -> {
                    place = page.cursor();
                    complete = page.complete();
                    lost = false;
                })
                // A bus that stops ends its streams in good order: for us a broken connection like any other.
                .concatWith(Flux.defer(() -> complete ? Flux.empty() : Flux.error(new ConnectionLost())));
    }

    /** The events of one page: output before the ends, as a piece has a smaller number than the fate of its target. */
    private List<JobEvent> read(ResultPage page) {
        List<JobEvent> events = new ArrayList<>();
        page.hints()
                .forEach(hint -> events.add(new JobEvent.Advanced(hint.minion().value(), hint.state())));
        page.output().forEach(piece -> print(piece.minion(), piece.stream(), piece.offset(), piece.bytes(), events));
        page.fates().forEach(fate -> end(fate, events));
        events.add(new JobEvent.Progressed(page.counts()));
        return events;
    }

    private void end(Fate fate, List<JobEvent> events) {
        boolean again = !ended.add(fate.minion().value());
        if (again && !fate.late()) {
            return;
        }
        if (query.output()) {
            // What came with the result and not as a piece before it.
            print(fate.minion(), Output.Stream.STDOUT, 0, fate.stdout(), events);
            print(fate.minion(), Output.Stream.STDERR, 0, fate.stderr(), events);
        }
        if (fate.state() != TargetState.LOST) {
            ends.remove(key(fate.minion(), Output.Stream.STDOUT));
            ends.remove(key(fate.minion(), Output.Stream.STDERR));
        }
        events.add(new JobEvent.Ended(TargetResult.of(fate), again));
    }

    /** Tells only what lies after the end of what was told. */
    private void print(MinionId minion, Output.Stream stream, long offset, Bytes bytes, List<JobEvent> events) {
        String key = key(minion, stream);
        long end = ends.getOrDefault(key, 0L);
        long from = Math.max(offset, end);
        long to = offset + bytes.size();
        if (to > from) {
            ends.put(key, to);
            Bytes rest = bytes.slice((int) (from - offset), bytes.size());
            events.add(new JobEvent.Printed(new OutputChunk(minion.value(), stream, from, from - end, rest)));
        }
    }

    private static String key(MinionId minion, Output.Stream stream) {
        return minion.value() + ' ' + stream;
    }
}
