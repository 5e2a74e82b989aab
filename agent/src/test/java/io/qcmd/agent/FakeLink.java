package io.qcmd.agent;

import io.qcmd.protocol.Report;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what the core says. */
final class FakeLink implements Link {
    final List<List<Report>> frames = new ArrayList<>();
    int requests;
    boolean credit = true;
    long spreadMillis;

    @Nullable
    String closed;

    @Override
    public boolean hasCredit() {
        return credit;
    }

    @Override
    public void send(List<Report> frame) {
        frames.add(frame);
    }

    @Override
    public void requestCommand() {
        requests++;
    }

    @Override
    public void reconnectWithin(long millis) {
        spreadMillis = millis;
    }

    @Override
    public void close(String reason) {
        closed = reason;
    }

    /** All reports since the last call, but what it says of its health and its journal. */
    List<Report> reports() {
        return taken().stream()
                .filter(report -> !(report instanceof Report.Health || report instanceof Report.Journaled))
                .toList();
    }

    /** What it said of its health since the last call; whatever else it said is gone, too. */
    List<Report> healths() {
        return taken().stream().filter(Report.Health.class::isInstance).toList();
    }

    private List<Report> taken() {
        List<Report> all = frames.stream().flatMap(List::stream).toList();
        frames.clear();
        return all;
    }
}
