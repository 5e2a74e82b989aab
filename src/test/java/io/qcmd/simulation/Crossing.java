package io.qcmd.simulation;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import java.time.Duration;
import java.util.List;

/** Where every frame passes: it is noted, shown to the oracle, and may be the last one of its cable. */
final class Crossing implements Cable.Wire {
    private final Weather weather;
    private final Oracle oracle;
    private final Chronicle chronicle;
    private final Faults faults;
    private final Mutation mutation;

    Crossing(Weather weather, Oracle oracle, Chronicle chronicle, Faults faults, Mutation mutation) {
        this.weather = weather;
        this.oracle = oracle;
        this.chronicle = chronicle;
        this.faults = faults;
        this.mutation = mutation;
    }

    @Override
    public void up(Cable cable, byte[] frame) {
        List<Report> reports = Wires.reports(frame);
        note(cable, "up " + reports.stream().map(Words::of).toList());
        for (Report report : reports) {
            if (report instanceof Report.Refused refused) {
                oracle.answers(cable.toString(), refused.job());
            }
        }
        maybeCut(cable);
    }

    @Override
    public List<Control> down(Cable cable, List<Control> controls) {
        for (Control control : controls) {
            if (control instanceof Control.Go go) {
                oracle.answers(cable.toString(), go.job());
                oracle.permits(go.job(), cable.minion());
            } else if (control instanceof Control.Voided voided) {
                oracle.answers(cable.toString(), voided.job());
            }
        }
        List<Control> said = controls.stream().map(this::mutated).toList();
        note(cable, "down " + said.stream().map(Words::of).toList());
        maybeCut(cable);
        return said;
    }

    private Control mutated(Control control) {
        return mutation == Mutation.NO_CHECK_AT_GO && control instanceof Control.Voided voided
                ? new Control.Go(voided.job(), Limits.FIRST_WINDOW)
                : control;
    }

    @Override
    public void message(Cable cable, byte[] frame) {
        Message message = Wires.message(frame);
        note(cable, "down message " + message.job());
        oracle.offers(cable.toString(), message.job(), cable.minion());
        maybeCut(cable);
    }

    private void maybeCut(Cable cable) {
        if (weather.cutsHere()) {
            if (cable.isOpen()) {
                faults.happened("CUT at a frame");
            }
            cable.breaks(weather.grace());
        }
    }

    @Override
    public Duration untilNoticed() {
        return weather.untilNoticed();
    }

    @Override
    public void note(Object who, String what) {
        chronicle.note(who, what);
    }
}
