package io.qcmd.simulation;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Payloads;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Whoever submits and cancels: asks the bus that is there, may never hear the answer, and asks again. */
final class Client {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** When a command is on its way, or runs. */
    private static final Duration SOON = Duration.ofMillis(500);

    private static final int TRIES = 8;
    static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);
    /** What an honest request may be told. */
    private static final Set<ErrorCode> EXPECTED = EnumSet.of(
            ErrorCode.BUSY,
            ErrorCode.STORE_FULL,
            ErrorCode.STORE_UNAVAILABLE,
            ErrorCode.NO_MINIONS_MATCHED,
            ErrorCode.MINIONS_UNCONTROLLABLE,
            ErrorCode.JOB_NOT_FOUND);

    private final Life life;
    private final Chance chance;
    private final Oracle oracle;
    private final Chronicle chronicle;
    private final Supplier<Optional<Connection>> bus;
    private final List<MinionId> minions;
    private final boolean forgetful;
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private int requests;
    private boolean resting;

    /** A session with one life of the bus. */
    record Connection(Life bus, RSocket session) {}

    Client(
            Life life,
            Chance chance,
            Oracle oracle,
            Chronicle chronicle,
            Supplier<Optional<Connection>> bus,
            List<MinionId> minions) {
        this.life = life;
        this.chance = chance;
        this.oracle = oracle;
        this.chronicle = chronicle;
        this.bus = bus;
        this.minions = minions;
        this.forgetful = chance.is(0.5);
    }

    /** Submits a job, and tries again until it knows what became of that; maybe even then. */
    void submit() {
        Plan plan = new Plan(
                chance.oneOf(List.of(0, 10, 60, 300, 1_000, 5_000)) + chance.between(0, 20),
                chance.oneOf(List.of(0, 0, 0, 20, 400, 9_000, 30_000)),
                !chance.is(0.1),
                chance.is(0.3));
        long timeout = chance.oneOf(List.of(100, 500, 2_000, 8_000));
        Long expire = chance.is(0.5) ? Long.valueOf(chance.between(20, 900)) : null;
        Selection selection =
                Selection.of(target()).withUncontrollable(chance.oneOf(List.of(WhenUncontrollable.values())));
        requests++;
        submit(
                new Submit(
                        "request-" + requests,
                        selection,
                        Command.shell(plan.line()).withTimeoutMillis(timeout),
                        expire),
                TRIES);
    }

    /** Asks for nothing any more. */
    void rest() {
        resting = true;
    }

    /** Whether all readers have come to the end of their jobs. */
    boolean isAtRest() {
        return readers.stream().allMatch(Reader::isComplete);
    }

    private Target target() {
        return chance.is(0.6) ? Target.ALL : new Target(chance.oneOf(minions).value());
    }

    private void submit(Submit submit, int tries) {
        Runnable again = () -> {
            if (tries > 0 && !resting) {
                submit(submit, tries - 1);
            }
        };
        ask(
                Route.JOB_SUBMIT,
                submit,
                answer -> {
                    Accepted told = CODEC.decode(Payloads.bytes(answer), Accepted.class);
                    chronicle.note(life, submit.requestId() + " is job " + told.job() + " of " + told.matched());
                    oracle.accepted(submit, told);
                    accepted.add(told);
                    if (chance.is(0.2)) {
                        life.after(chance.upTo(SOON), () -> cancel(told));
                    }
                    if (chance.is(0.5)) {
                        Reader reader = new Reader(told.job(), life, chance, oracle, chronicle, bus);
                        readers.add(reader);
                        reader.follow();
                    }
                    if (forgetful && chance.is(0.3)) {
                        again.run();
                    }
                },
                again);
    }

    /** Cancels any job, or one minion of it. */
    void cancel() {
        if (!accepted.isEmpty()) {
            cancel(chance.oneOf(accepted));
        }
    }

    private void cancel(Accepted job) {
        List<MinionId> targets = oracle.known(job.job()).minions();
        List<MinionId> some = chance.is(0.5) ? List.of() : List.of(chance.oneOf(targets));
        (some.isEmpty() ? targets : some).forEach(minion -> oracle.cancels(job.job(), minion));
        ask(
                Route.JOB_CANCEL,
                new CancelQuery(job.job(), some, CancelWish.PLAIN),
                answer -> CODEC.decode(Payloads.bytes(answer), CancelPage.class)
                        .answers()
                        .forEach(told -> {
                            chronicle.note(life, "cancel of " + job.job() + ": " + told);
                            oracle.cancelled(job.job(), told);
                        }),
                () -> {});
    }

    /** @param failed runs when there is no answer in time, or one that says to try again */
    private void ask(Route route, Object question, Consumer<Payload> answered, Runnable failed) {
        Answer answer = new Answer(answered, failed);
        life.after(PATIENCE, answer::giveUp);
        bus.get()
                .ifPresent(connection -> connection.bus().after(chance.upTo(Duration.ofMillis(50)), () -> {
                    chronicle.note(life, "asks " + route.path());
                    Payload request = Payloads.of(route, CODEC.encode(question));
                    Flux<Payload> answers = route.interaction() == Route.Interaction.RESPONSE
                            ? connection.session().requestResponse(request).flux()
                            : connection.session().requestStream(request);
                    answers.subscribe(answer);
                }));
    }

    /** One question. An answer may be lost on its way, and come after it was given up. */
    private final class Answer extends BaseSubscriber<Payload> {
        private final Consumer<Payload> answered;
        private final Runnable failed;
        private boolean over;

        Answer(Consumer<Payload> answered, Runnable failed) {
            this.answered = answered;
            this.failed = failed;
        }

        @Override
        protected void hookOnNext(Payload payload) {
            if (!chance.is(0.1)) {
                life.after(chance.upTo(Duration.ofMillis(50)), () -> {
                    over = true;
                    answered.accept(payload);
                });
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            ErrorCode code = error instanceof QcmdException known ? known.code() : ErrorCode.INTERNAL;
            chronicle.note(life, "is told " + code);
            if (!EXPECTED.contains(code)) {
                oracle.complain("a client was told " + error);
            }
        }

        void giveUp() {
            if (!over) {
                over = true;
                failed.run();
            }
        }
    }
}
