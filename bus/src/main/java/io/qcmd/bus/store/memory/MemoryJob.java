package io.qcmd.bus.store.memory;

import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.OutputHead;
import io.qcmd.bus.store.PageBuilder;
import io.qcmd.bus.store.Trail;
import io.qcmd.bus.store.UnfinishedJob;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One job with all that is known of it. Owned by its store. */
final class MemoryJob {
    private final NavigableMap<Long, Row> rows = new TreeMap<>();
    private final Map<MinionId, Fate> current = new HashMap<>();
    private final Map<MinionId, List<Trail>> trails = new HashMap<>();
    private final Map<MinionId, Map<Output.Stream, NavigableMap<Long, Bytes>>> output = new HashMap<>();
    private final Map<MinionId, CancelWish> cancelWanted = new HashMap<>();
    private JobRecord record;

    /** What a page shows at one sequence. */
    private record Row(long seq, MinionId minion, boolean output, Predicate<PageBuilder> adding) {}

    MemoryJob(JobRecord record) {
        this.record = record;
    }

    JobRecord record() {
        return record;
    }

    void append(long seq, MinionId minion, Output piece) {
        Bytes stored = output.computeIfAbsent(minion, id -> new EnumMap<>(Output.Stream.class))
                .computeIfAbsent(piece.stream(), stream -> new TreeMap<>())
                .putIfAbsent(piece.offset(), piece.bytes());
        if (stored != null) {
            throw refused(minion, piece.stream() + " at " + piece.offset() + " is stored already");
        }
        ResultPage.Piece shown = new ResultPage.Piece(seq, minion, piece.stream(), piece.offset(), piece.bytes());
        rows.put(seq, new Row(seq, minion, true, page -> page.add(shown)));
    }

    void settle(long seq, FateRecord fate) {
        Fate before = current.get(fate.minion());
        boolean revisesLost = before != null && before.state() == TargetState.LOST && !before.late();
        if (fate.late() ? !revisesLost : before != null) {
            throw refused(fate.minion(), fate.state() + " cannot follow " + (before == null ? "no fate" : before));
        }
        Fate stored = new Fate(
                seq,
                fate.minion(),
                fate.state(),
                fate.at(),
                fate.result(),
                head(fate.minion(), Output.Stream.STDOUT),
                head(fate.minion(), Output.Stream.STDERR),
                fate.reason(),
                fate.late());
        rows.put(seq, new Row(seq, fate.minion(), false, page -> page.add(stored)));
        current.put(fate.minion(), stored);
        trails.computeIfAbsent(fate.minion(), any -> new ArrayList<>(1)).add(new Trail(stored, fate.steps()));
        if (fate.last()) {
            record = changed(record.cancel(), fate.at());
        }
    }

    void wantCancel(Collection<MinionId> minions, CancelWish wish) {
        minions.forEach(minion -> cancelWanted.merge(minion, wish, (earlier, later) -> later.after(earlier)));
        if (minions.isEmpty()) {
            record = changed(wish.after(record.cancel()), record.endedAt());
        }
    }

    @Nullable
    Fate fate(MinionId minion) {
        return current.get(minion);
    }

    /** The current fates in these states after a sequence, without their output. */
    List<Fate> ends(Set<TargetState> states, long after) {
        return current.values().stream()
                .filter(fate -> fate.seq() > after && states.contains(fate.state()))
                .sorted(Comparator.comparingLong(Fate::seq))
                .limit(Limits.PAGE_ROWS)
                .map(fate -> new Fate(
                        fate.seq(),
                        fate.minion(),
                        fate.state(),
                        fate.endedAt(),
                        fate.result(),
                        Bytes.EMPTY,
                        Bytes.EMPTY,
                        fate.reason(),
                        fate.late()))
                .toList();
    }

    List<Trail> trails(MinionId minion) {
        return List.copyOf(trails.getOrDefault(minion, List.of()));
    }

    Counts fates() {
        return new Counts(current.values().stream().collect(Collectors.toMap(Fate::state, fate -> 1, Integer::sum)));
    }

    ResultPage page(long after, boolean withOutput, Set<MinionId> minions) {
        PageBuilder page = new PageBuilder(after);
        for (Row row : rows.tailMap(after, false).values()) {
            if (row.output && !withOutput) {
                continue;
            }
            if (!minions.isEmpty() && !minions.contains(row.minion)) {
                page.skip(row.seq);
            } else if (!row.adding.test(page)) {
                break;
            }
        }
        return page.page();
    }

    UnfinishedJob unfinished() {
        List<MinionId> open = record.minions().stream()
                .filter(minion -> !current.containsKey(minion))
                .toList();
        Map<MinionId, CancelWish> wanted = new HashMap<>(cancelWanted);
        wanted.keySet().retainAll(open);
        Map<MinionId, Map<Output.Stream, Upload>> uploads =
                open.stream().filter(output::containsKey).collect(Collectors.toMap(id -> id, this::uploads));
        return new UnfinishedJob(record, open, wanted, uploads);
    }

    Map<Output.Stream, Upload> uploads(MinionId minion) {
        Map<Output.Stream, Upload> uploads = new EnumMap<>(Output.Stream.class);
        output.getOrDefault(minion, Map.of()).forEach((stream, stored) -> {
            Map.Entry<Long, Bytes> last = stored.lastEntry();
            long kept = stored.values().stream().mapToLong(Bytes::size).sum();
            uploads.put(stream, new Upload(last.getKey() + last.getValue().size(), kept));
        });
        return uploads;
    }

    private Bytes head(MinionId minion, Output.Stream stream) {
        OutputHead head = new OutputHead();
        output.getOrDefault(minion, Map.of())
                .getOrDefault(stream, new TreeMap<>())
                .forEach(head::add);
        return head.bytes();
    }

    private JobRecord changed(@Nullable CancelWish cancel, long endedAt) {
        return new JobRecord(
                record.job(),
                record.requestId(),
                record.order(),
                record.selection(),
                record.command(),
                record.submittedBy(),
                record.acceptedAt(),
                record.expiresAt(),
                record.completesBy(),
                record.minions(),
                cancel,
                endedAt,
                record.callback(),
                record.parent(),
                record.remark());
    }

    private IllegalStateException refused(MinionId minion, String why) {
        return new IllegalStateException("job " + record.job() + ", minion " + minion + ": " + why);
    }
}
