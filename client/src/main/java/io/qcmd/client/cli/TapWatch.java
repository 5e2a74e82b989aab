package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.TapPage;
import java.time.Duration;
import java.util.function.Supplier;

/** Shows what is put into the Topic of a minion, one line per message, until an interrupt. What was lost because the terminal was too slow is said in its place. */
final class TapWatch {
    private final Session session;
    private final String minion;
    private long dropped;

    TapWatch(Session session, String minion) {
        this.session = session;
        this.minion = minion;
    }

    ExitCode follow(QcmdClient client) {
        if (session.globals().format() == Globals.Format.JSON) {
            throw new UsageError("-o json: a tap has no end, and so is no document", "qcmd -o jsonl minions tap …");
        }
        Supplier<ExitCode> work = () -> {
            Calls.each(client.minions().tap(minion), this::show);
            return ExitCode.OK;
        };
        return session.interrupts().during(work, () -> ExitCode.DETACHED);
    }

    private void show(TapPage page) {
        if (page.copies().isEmpty() && !session.globals().quiet()) {
            session.console().note("tap of " + Escape.text(minion) + " is open");
        }
        if (page.dropped() > dropped) {
            lost(page.dropped() - dropped);
            dropped = page.dropped();
        }
        page.copies().forEach(this::show);
        session.console().flush();
    }

    private void lost(long count) {
        if (session.globals().format() == Globals.Format.PLAIN) {
            session.console().print("dropped " + Texts.count(count));
        } else {
            session.console().json(out -> {
                out.writeStringField("type", "dropped");
                out.writeNumberField("count", count);
            });
        }
    }

    private void show(TapPage.Copy copy) {
        if (session.globals().format() == Globals.Format.PLAIN) {
            Duration left = Duration.ofMillis(copy.expiresAt() - copy.at());
            session.console()
                    .print(Texts.time(copy.at()) + "  " + copy.message().job().shortForm() + "  expires in "
                            + Texts.coarse(left) + "  "
                            + Texts.command(copy.message().command()));
        } else {
            session.console().json(out -> {
                out.writeStringField("type", "message");
                Shapes.copy(copy, out);
            });
        }
    }
}
