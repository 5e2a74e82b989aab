package io.qcmd.client.cli;

import io.qcmd.client.BusUrl;
import io.qcmd.protocol.QcmdException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "Look for what is wrong from here to the minions, and say what mends it.",
        footer = {"", "Exit 0: nothing has to be mended; 1: something has; 5, 6: the bus does not let us in, is away."})
final class DoctorVerb implements Callable<Integer> {
    private final Session session;
    private final List<Finding> findings = new ArrayList<>();

    DoctorVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        HostChecks host = new HostChecks(session);
        found(host.java());
        found(host.containment());
        found(host.config());
        ExitCode bus = hasProblem() ? ExitCode.OK : bus(host);
        ExitCode exit = bus != ExitCode.OK ? bus : hasProblem() ? ExitCode.FAILED : ExitCode.OK;
        if (session.globals().format() == Globals.Format.JSON) {
            session.console().json(out -> {
                out.writeArrayFieldStart("checks");
                for (Finding finding : findings) {
                    out.writeStartObject();
                    finding.write(out);
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeNumberField("exit", exit.code());
            });
        }
        session.console().flush();
        return exit.code();
    }

    /** Which bus is not known as long as the profiles are wrong: then it is not asked. */
    private ExitCode bus(HostChecks host) {
        BusUrl bus = session.bus();
        if (bus.socket() != null) {
            found(host.socket(bus.socket()));
        }
        try {
            session.with(client -> {
                new BusChecks(session, client).findings().forEach(this::found);
                return ExitCode.OK.code();
            });
            return ExitCode.OK;
        } catch (QcmdException e) {
            found(Finding.problem("bus", e.getMessage() + ", " + bus.origin(), e.hint()));
            return ExitCode.of(e.code());
        }
    }

    private boolean hasProblem() {
        return findings.stream().anyMatch(Finding::isProblem);
    }

    /** Told at once: the next check may take a while. */
    private void found(Finding finding) {
        findings.add(finding);
        if (session.globals().format() == Globals.Format.JSONL) {
            session.console().json(out -> {
                out.writeStringField("type", "check");
                finding.write(out);
            });
        } else if (session.globals().isText()) {
            finding.print(session.console());
        }
        session.console().flush();
    }
}
