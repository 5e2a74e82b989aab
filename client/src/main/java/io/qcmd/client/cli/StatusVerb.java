package io.qcmd.client.cli;

import io.qcmd.protocol.BusStatus;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "status", description = "The bus at a glance.")
final class StatusVerb implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-w", "--watch"},
            description = "Again every 2 s until Ctrl-C; in a pipe as JSON lines.")
    private boolean watch;

    StatusVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.globals().checkPage();
        if (watch) {
            Refresh refresh = new Refresh(session, "status");
            return session.with(client -> refresh.forever(client.status(), this::page, this::json));
        }
        return session.with(client -> {
            BusStatus status = Calls.answer(client.status());
            if (session.globals().isText()) {
                page(status);
            } else {
                json(status);
            }
            session.console().flush();
            return ExitCode.OK.code();
        });
    }

    private void json(BusStatus status) {
        session.console().json(out -> Shapes.status(status, out));
    }

    private void page(BusStatus status) {
        Console console = session.console();
        Duration up = Duration.ofMillis(status.now() - status.startedAt());
        console.row("bus      " + Escape.text(status.version()) + " · up " + Texts.coarse(up) + " · "
                + session.bus().url() + " · store " + Escape.text(status.store()));
        console.row("minions  " + Texts.count(status.minionsKnown()) + " known · " + Texts.count(status.minionsUp())
                + " up · " + Texts.count(status.minionsUncontrollable()) + " uncontrollable");
        console.row("now      " + Texts.count(status.liveJobs()) + (status.liveJobs() == 1 ? " job" : " jobs") + " · "
                + Texts.minions(status.running()) + " running · " + Texts.count(status.waiting()) + " waiting");
        console.row("so far   dropped " + Texts.count(status.dropped()) + " · expired "
                + Texts.count(status.expired()) + " · refused "
                + Texts.count(status.pressure().refused()) + " · violations "
                + Texts.count(status.pressure().violations()));
        console.row("load     " + load(status.pressure()));
        if (!status.callbacks().equals(BusStatus.Callbacks.NONE)) {
            console.row("calls    " + callbacks(status.callbacks()));
        }
    }

    private static String callbacks(BusStatus.Callbacks callbacks) {
        String lastError = callbacks.lastError() == null ? "" : " · last error: " + Escape.text(callbacks.lastError());
        return Texts.count(callbacks.waiting()) + " waiting · " + Texts.count(callbacks.parked()) + " parked"
                + lastError;
    }

    private static String load(BusStatus.Pressure pressure) {
        return "event loops " + Texts.count(pressure.eventLoopLagMicros() / 1_000) + " ms behind · store queue "
                + Texts.count(pressure.storeQueue()) + " of " + Texts.count(pressure.storeQueueLimit())
                + " · output " + mebibytes(pressure.outputPool()) + " of " + mebibytes(pressure.outputPoolLimit())
                + " MiB";
    }

    private static String mebibytes(long bytes) {
        return Texts.count(bytes >> 20);
    }
}
