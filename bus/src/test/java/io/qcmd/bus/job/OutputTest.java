package io.qcmd.bus.job;

import static io.qcmd.bus.gate.FakeAgent.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The output of many commands, from their agents to the disk: what may be on its way, and what becomes of it when the disk is slow. */
class OutputTest {
    private static final int FIRST = Limits.FIRST_WINDOW;
    private static final int MINIONS = 60;
    private static final int MUCH = 700_000;

    private final MemoryStore store = new MemoryStore();
    private final HeldLedger held = new HeldLedger(store);
    private final Rooms bus = Rooms.over(store, held.ledger);

    @Test
    @Tag("A38")
    void commandsThatPrint_whileTheStoreWaits_takeNoMoreThanThePool_andAllEnd() {
        List<Printer> printers = printers("web-*", MINIONS);
        printers.forEach(printer -> printer.print(MUCH / 4));
        held.hold();

        printers.forEach(printer -> printer.print(MUCH));

        long onItsWay = printers.stream().mapToLong(Printer::onItsWay).sum();
        assertThat(bus.pool.taken()).isBetween(onItsWay, (long) Rooms.POOL);
        assertThat(onItsWay).as("each has a window").isGreaterThanOrEqualTo((long) MINIONS * FIRST);
        held.release().commit();
        printers.forEach(printer -> printer.print(MUCH).succeeds());
        assertThat(bus.pool.taken()).isZero();
    }

    @Test
    void commandsThatHaveLargeWindows_leaveEnoughToAllOthers() {
        List<Printer> first = printers("web-*", MINIONS);
        first.forEach(printer -> printer.print(MUCH / 2));
        List<Printer> second = printers("db-*", MINIONS);

        second.forEach(printer -> printer.print(MUCH).succeeds());

        assertThat(bus.pool.taken()).isLessThanOrEqualTo(Rooms.POOL / 2);
    }

    @Test
    void window_isGivenBack_whenTheSessionEnds() {
        Printer printer = printers("web-*", 1).get(0);
        printer.print(MUCH / 2);
        assertThat(bus.pool.taken()).isPositive();

        printer.agent.dispose();

        assertThat(bus.pool.taken()).isZero();
        printer.comesAgain().print(MUCH).succeeds();
    }

    @Test
    void window_isGivenBack_whenTheTargetEndsWithoutItsAgent() {
        Printer printer = printers("web-*", 1).get(0);
        printer.print(MUCH / 2);

        bus.advance(Duration.ofMinutes(5));

        assertThat(bus.fate(printer.job, "web-0").state()).isEqualTo(TargetState.LOST);
        assertThat(bus.pool.taken()).isZero();
    }

    @Test
    void windowOfALostTarget_isGivenBack_whenTheTruthIsOnDisk() {
        Printer printer = printers("web-*", 1).get(0);
        printer.agent.dispose();
        bus.advance(Duration.ofMinutes(5));

        printer.comesAgain().print(MUCH);
        assertThat(bus.pool.taken()).isPositive();
        printer.succeeds();

        assertThat(bus.pool.taken()).isZero();
    }

    @Test
    @Tag("A38")
    void outputThatThePoolHasNoRoomFor_endsItsSessionWithBusy_andComesInTheNext() {
        List<Printer> printers = printers("web-*", 3);
        held.hold();

        printers.forEach(Printer::printsBytes);

        Printer last = printers.get(2);
        assertThat(printers).extracting(printer -> printer.agent.isConnected()).containsExactly(true, true, false);
        assertThat(((QcmdException) Objects.requireNonNull(last.agent.failed())).code())
                .isEqualTo(ErrorCode.BUSY);
        assertThat(bus.pool.taken()).isLessThanOrEqualTo(Rooms.POOL);
        held.release().commit();
        last.comesAgain().print(MUCH).succeeds();
    }

    @Test
    void outputOfAnOlderSession_isNotTaken_onceANewerOneHasBroughtSome() {
        Printer printer = printers("web-*", 1).get(0);
        printer.agent.dispose();
        printer.comesAgain().print(FIRST);
        MinionId minion = printer.agent.minion();
        Output late = new Output(printer.job, Output.Stream.STDOUT, FIRST, Bytes.utf8("of the first session"));

        assertThat(Await.value(bus.accounting.output(minion, 1, late))).isEqualTo(FIRST);

        assertThat(bus.accounting.taken(printer.job, minion, Output.Stream.STDOUT))
                .isEqualTo(FIRST);
        printer.print(MUCH).succeeds();
    }

    /** A job for so many minions that are new; each has got GO. */
    private List<Printer> printers(String target, int count) {
        List<FakeAgent> agents = IntStream.range(0, count)
                .mapToObj(i -> bus.agent(target.replace("*", "" + i)))
                .toList();
        JobId job = bus.job(target);
        return agents.stream().map(agent -> new Printer(agent, job)).toList();
    }

    /** A command at an honest agent: it prints as fast as its window lets it. */
    private final class Printer {
        private final JobId job;
        private FakeAgent agent;
        private int window = FIRST;
        private long sent;
        private long committed;

        Printer(FakeAgent agent, JobId job) {
            this.agent = agent;
            this.job = job;
            agent.say(new Report.Ready(job), new Report.Started(job)).read();
        }

        /** Up to there, or until it has to wait. */
        Printer print(int upTo) {
            hear();
            for (int room = room(upTo); room > 0; room = room(upTo)) {
                agent.output(job, sent, "x".repeat(room));
                sent += room;
                hear();
            }
            return this;
        }

        /** Each in a piece of its own: two of them leave the pool no room for a third. */
        void printsBytes() {
            for (int from = 0; from < 4_000; from += 500) {
                agent.say(IntStream.range(from, from + 500)
                        .mapToObj(n -> new Output(job, Output.Stream.STDOUT, n, Bytes.utf8("x")))
                        .toArray(Report[]::new));
            }
        }

        private int room(int upTo) {
            return (int) Math.min(Math.min(window - onItsWay(), upTo - sent), Limits.CHUNK);
        }

        long onItsWay() {
            return sent - committed;
        }

        void hear() {
            for (Control control : agent.read()) {
                if (control instanceof Control.Committed told) {
                    committed = told.offset();
                    window = told.windowBytes();
                } else if (control instanceof Control.Reconciled answer
                        && !answer.verdicts().isEmpty()) {
                    sent = answer.verdicts().get(0).stdout();
                    committed = sent;
                    window = answer.verdicts().get(0).windowBytes();
                }
            }
        }

        Printer comesAgain() {
            agent = FakeAgent.connect(bus.gate, agent.minion()).hello("epoch-1", new Hello.Entry(job, false));
            return this;
        }

        void succeeds() {
            agent.say(new Report.Done(succeeded(job, (int) sent)));
            assertThat(agent.isConnected()).isTrue();
            assertThat(bus.fate(job, agent.minion().value()).state()).isEqualTo(TargetState.SUCCEEDED);
        }
    }
}
