package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Redo;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Retry;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Jobs that are made from jobs. */
class RepeatsTest {
    private static final Principal TESTER = new Principal.Remote("tester");
    private static final Command COMMAND =
            Command.shell("cat > /tmp/x").withStdin(Bytes.utf8("all of it")).withTimeoutMillis(8_000);

    private final Rooms bus = Rooms.open().enrol("web-1", "web-2", "web-3");
    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void redo_resolvesItsTargetAnew() {
        JobId job = submit("web-*", 3_000L);
        bus.enrol("web-4");

        JobRecord again = redo(new Redo(request(), job, null, false, Remark.NONE));

        assertThat(names(again)).containsExactly("web-1", "web-2", "web-3", "web-4");
        assertThat(again.command()).isEqualTo(COMMAND);
        assertThat(again.expiresAt() - again.acceptedAt()).isEqualTo(3_000);
        assertThat(again.parent()).isEqualTo(new Parent(job, Parent.Kind.REDO, false));
        assertThat(bus.store.audits())
                .last()
                .satisfies(row -> assertThat(row.action() + " " + row.object() + " " + row.text())
                        .isEqualTo("REDO " + again.job() + " 4 minions: web-*, of job " + job));
    }

    @Test
    void whatIsMadeFromAJob_saysWhyAsItDid_orWhatIsSaidNow() {
        JobId job = submit("web-1", null, new Remark("disk full", Map.of("ticket", "OPS-1", "team", "db")));
        Remark now = new Remark("", Map.of("ticket", "OPS-2"));

        JobRecord same = redo(new Redo(request(), job, null, false, Remark.NONE));
        JobRecord other = redo(new Redo(request(), job, null, false, now));

        assertThat(same.remark()).isEqualTo(Await.value(bus.store.job(job)).remark());
        assertThat(other.remark()).isEqualTo(new Remark("disk full", Map.of("ticket", "OPS-2", "team", "db")));
        assertThat(bus.store.audits())
                .last()
                .satisfies(row -> assertThat(row.text())
                        .isEqualTo("1 minions, reason 'disk full', team 'db', ticket 'OPS-2': web-1, of job " + job));
    }

    @Test
    void redo_onTheSameMinions_keepsTheList_alsoTheNextTime() {
        JobId job = submit("web-*", null);
        bus.enrol("web-4");

        JobRecord same = redo(new Redo(request(), job, null, true, Remark.NONE));
        JobRecord next = redo(new Redo(request(), same.job(), null, false, Remark.NONE));

        assertThat(names(same)).containsExactly("web-1", "web-2", "web-3");
        assertThat(names(next)).isEqualTo(names(same));
        assertThat(next.parent()).isEqualTo(new Parent(same.job(), Parent.Kind.REDO, true));
    }

    @Test
    void redo_onOthers() {
        JobId job = submit("web-1", null);

        JobRecord other = redo(new Redo(request(), job, Selection.of(new Target("web-[2-3]")), false, Remark.NONE));

        assertThat(names(other)).containsExactly("web-2", "web-3");
        assertThat(other.selection().target()).isEqualTo(new Target("web-[2-3]"));
    }

    @Test
    void redo_isOneJobForOneRequest() {
        JobId job = submit("web-1", null);
        Redo redo = new Redo(request(), job, null, false, Remark.NONE);

        assertThat(redo(redo).job()).isEqualTo(redo(redo).job());
        assertThat(Await.values(bus.store.newest(9))).hasSize(2);
    }

    @Test
    void retry_isForWhatNeedsIt_whenNobodySaysMore() {
        JobId job = ended();

        JobRecord retry = retry(new Retry(request(), job, Retry.USUAL, Remark.NONE));

        assertThat(names(retry)).containsExactly("web-1", "web-2");
        assertThat(retry.parent()).isEqualTo(new Parent(job, Parent.Kind.RETRY, true));
        assertThat(names(redo(new Redo(request(), retry.job(), null, false, Remark.NONE))))
                .as("its target expression means more than it did")
                .isEqualTo(names(retry));
    }

    @Test
    void retry_isForTheStatesThatAreNamed() {
        JobId job = ended();

        assertThat(names(retry(new Retry(request(), job, Retry.MISSING, Remark.NONE))))
                .containsExactly("web-2");
        assertThat(names(retry(new Retry(request(), job, Retry.FAILED, Remark.NONE))))
                .containsExactly("web-1");
        assertThat(names(retry(new Retry(request(), job, Set.of(TargetState.SUCCEEDED), Remark.NONE))))
                .containsExactly("web-3");
        assertFails(ErrorCode.NO_MINIONS_MATCHED, () -> retry(new Retry(request(), job, Retry.UNKNOWN, Remark.NONE)));
    }

    @Test
    void retry_tellsWhoIsLeftOut() {
        JobId job = ended();
        Await.await(bus.presence.quarantine(TESTER, new Quarantine(new Target("web-1"), true, "fan broken")));

        Accepted accepted = Await.value(bus.repeats.retry(TESTER, new Retry(request(), job, Retry.USUAL, Remark.NONE)));

        assertThat(accepted.matched()).isEqualTo(1);
        assertThat(accepted.discarded().names())
                .containsExactly(new Discarded.Name("web-1", Discarded.Reason.UNCONTROLLABLE, true));
        assertThat(accepted.discarded().asked()).isEqualTo(1);
        assertFails(ErrorCode.NO_MINIONS_MATCHED, () -> retry(new Retry(request(), job, Retry.FAILED, Remark.NONE)));
    }

    @Test
    void unknownJob_isTold() {
        assertFails(
                ErrorCode.JOB_NOT_FOUND, () -> redo(new Redo(request(), JobId.of(1, 1, 1), null, false, Remark.NONE)));
        assertFails(
                ErrorCode.JOB_NOT_FOUND,
                () -> retry(new Retry(request(), JobId.of(1, 1, 1), Retry.USUAL, Remark.NONE)));
    }

    /** web-1 FAILED, web-2 EXPIRED, web-3 SUCCEEDED. */
    private JobId ended() {
        FakeAgent one = bus.agent("web-1");
        FakeAgent three = bus.agent("web-3");
        JobId job = submit("web-*", null);
        Return.Captured none = Return.Captured.NONE;
        one.say(new Report.Ready(job), new Report.Done(new Return(job, TargetState.FAILED, 1, 1, none, none, 0, null)));
        three.say(new Report.Ready(job)).succeeded(job);
        bus.advance(Duration.ofSeconds(5));
        return job;
    }

    private JobId submit(String target, @Nullable Long expireMillis) {
        return submit(target, expireMillis, Remark.NONE);
    }

    private JobId submit(String target, @Nullable Long expireMillis, Remark why) {
        Submit submit = new Submit(request(), Selection.of(new Target(target)), COMMAND, expireMillis, null, why);
        return Await.value(bus.jobs.accept(TESTER, submit)).job();
    }

    private String request() {
        return "r-" + requests.incrementAndGet();
    }

    private JobRecord redo(Redo redo) {
        return record(Await.value(bus.repeats.redo(TESTER, redo)));
    }

    private JobRecord retry(Retry retry) {
        return record(Await.value(bus.repeats.retry(TESTER, retry)));
    }

    private JobRecord record(Accepted accepted) {
        return Await.value(bus.store.job(accepted.job()));
    }

    private static List<String> names(JobRecord job) {
        return job.minions().stream().map(MinionId::value).toList();
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
