package io.qcmd.client.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Discarded.Reason;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.PreviewPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;

/** Shows whom a run would mean: the minions on stdout, folded for eyes and one per line for programs, who is left out on stderr. */
final class DryRun {
    private final Session session;
    private final Console console;
    private final List<String> minions = new ArrayList<>();
    private final List<Discarded.Name> discarded = new ArrayList<>();
    private Map<Reason, Integer> counts = Map.of();

    DryRun(Session session) {
        this.session = session;
        this.console = session.console();
    }

    /** Ends as the run would if every command succeeded. */
    ExitCode show(Flux<PreviewPage> pages) {
        Calls.each(pages, this::add);
        switch (session.globals().format()) {
            case PLAIN, WIDE, TABLE, NAME ->
                (console.isTerminal() ? FoldedNames.of(minions) : minions).forEach(console::print);
            case JSON, YAML -> console.json(this::document);
            case JSONL -> lines();
            case RAW, DIR -> throw new UsageError("-o raw and -o dir=DIR have nothing to show of --dry-run", "-o json");
        }
        console.flush();
        if (!session.globals().quiet()) {
            tell();
        }
        return minions.isEmpty() ? ExitCode.NO_MATCH : LeftOut.exit(discarded);
    }

    private void add(PreviewPage page) {
        counts = page.counts();
        page.minions().stream().map(MinionId::value).forEach(minions::add);
        discarded.addAll(page.discarded());
    }

    private void tell() {
        console.note(Texts.minions(minions.size()) + " · nothing was run");
        for (Reason reason : EnumSet.allOf(Reason.class)) {
            List<String> names = discarded.stream()
                    .filter(name -> name.reason() == reason)
                    .map(name -> Escape.text(name.name()))
                    .toList();
            if (!names.isEmpty()) {
                console.note("left out: " + Texts.minions(names.size()) + " (" + LeftOut.text(reason) + "): "
                        + String.join(" ", FoldedNames.of(names)));
            }
        }
    }

    private void document(JsonGenerator out) throws IOException {
        out.writeNumberField("matched", minions.size());
        Shapes.discarded(counts, discarded, out);
        out.writeArrayFieldStart("minions");
        for (String minion : minions) {
            out.writeString(minion);
        }
        out.writeEndArray();
    }

    private void lines() {
        for (String minion : minions) {
            console.json(out -> {
                out.writeStringField("type", "minion");
                out.writeStringField("minion", minion);
            });
        }
        for (Discarded.Name name : discarded) {
            console.json(out -> {
                out.writeStringField("type", "discarded");
                Shapes.discarded(name, out);
            });
        }
    }
}
