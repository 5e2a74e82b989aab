package io.qcmd.simulation;

import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Route;
import io.qcmd.transport.Payloads;
import io.rsocket.Payload;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Follows one job to its end, page by page, over any number of lives of the bus: there is no gap, nothing comes twice, and nothing before it is on the disk. */
final class Reader {
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final JobId job;
    private final Life life;
    private final Chance chance;
    private final Oracle oracle;
    private final Chronicle chronicle;
    private final Supplier<Optional<Client.Connection>> bus;
    private final Map<MinionId, Fate> fates = new HashMap<>();
    private final Map<MinionId, Long> printed = new HashMap<>();
    private long cursor;
    private boolean complete;

    Reader(
            JobId job,
            Life life,
            Chance chance,
            Oracle oracle,
            Chronicle chronicle,
            Supplier<Optional<Client.Connection>> bus) {
        this.chronicle = chronicle;
        this.job = job;
        this.life = life;
        this.chance = chance;
        this.oracle = oracle;
        this.bus = bus;
    }

    boolean isComplete() {
        return complete;
    }

    /** Goes on where it was. */
    void follow() {
        Optional<Client.Connection> open = bus.get();
        if (open.isEmpty()) {
            later();
            return;
        }
        chronicle.note(life, "reads " + job + " after " + cursor);
        ResultQuery query = new ResultQuery(job, cursor, true, chance.is(0.5), List.of());
        Pages pages = new Pages(open.get());
        open.get().bus().onEnd(pages::lost);
        open.get()
                .session()
                .requestStream(Payloads.of(Route.JOB_RESULTS, Client.CODEC.encode(query)))
                .subscribe(pages);
    }

    private void later() {
        life.after(chance.upTo(PAUSE).plusMillis(1), this::follow);
    }

    private void read(ResultPage page) {
        chronicle.note(life, "reads " + job + " up to " + page.cursor() + (page.complete() ? ", its end" : ""));
        page.output().forEach(this::read);
        page.fates().forEach(this::read);
        if (page.cursor() < cursor) {
            oracle.complain("cursor: job " + job + " goes back from " + cursor + " to " + page.cursor());
        }
        cursor = page.cursor();
        complete = page.complete();
        if (complete && page.counts().total() != fates.size()) {
            oracle.complain("G2: job " + job + " is complete as " + page.counts() + ", and " + fates.size()
                    + " fates were shown");
        }
    }

    private void read(ResultPage.Piece piece) {
        long expected = printed.getOrDefault(piece.minion(), 0L);
        if (piece.offset() != expected || piece.seq() <= cursor) {
            oracle.complain("cursor: job " + job + ", " + piece.minion() + ": output at " + piece.offset() + " after "
                    + expected);
        }
        printed.put(piece.minion(), expected + piece.bytes().size());
    }

    private void read(Fate fate) {
        Fate before = fates.put(fate.minion(), fate);
        boolean fresh = before == null ? !fate.late() : fate.late() && !before.late();
        if (!fresh || fate.seq() <= cursor) {
            oracle.complain("G2: job " + job + " shows " + fate + " after " + before + " at " + cursor);
        }
        oracle.shown(job, fate);
    }

    /** One stream of pages, each asked for when the one before was read. */
    private final class Pages extends BaseSubscriber<Payload> {
        private final Client.Connection connection;
        private boolean over;

        Pages(Client.Connection connection) {
            this.connection = connection;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(Payload payload) {
            ResultPage page = Client.CODEC.decode(Payloads.bytes(payload), ResultPage.class);
            life.after(chance.upTo(PAUSE), () -> next(page));
        }

        /** What was on its way when the link broke is read again. */
        private void next(ResultPage page) {
            if (over) {
                return;
            }
            read(page);
            if (!complete && chance.is(0.1)) {
                over = true;
                connection.bus().after(Duration.ZERO, this::cancel);
                later();
            } else {
                connection.bus().after(Duration.ZERO, () -> request(1));
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            oracle.complain("job " + job + " cannot be read: " + error);
        }

        void lost() {
            if (!over && !complete) {
                over = true;
                later();
            }
        }
    }
}
