package io.qcmd.bus.fleet;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Discarded.Reason;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import io.qcmd.protocol.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says whom a selection means: its target, without its exclude, without the uncontrollable, a sample of them, the first of these. Whoever is left out on the way
 * is written down with the reason. Thread-safe.
 */
final class Selector {
    /** Uncontrollable minions that an error names. */
    private static final int SHOWN = 5;

    private final TargetResolver resolver;
    private final Function<MinionId, @Nullable Uncontrollable> uncontrollable;
    private final Random random;

    /**
     * @param uncontrollable why a minion is on the uncontrollable list; null: it is not
     * @param random draws the samples
     */
    Selector(TargetResolver resolver, Function<MinionId, @Nullable Uncontrollable> uncontrollable, Random random) {
        this.resolver = resolver;
        this.uncontrollable = uncontrollable;
        this.random = random;
    }

    /** Maybe nobody, which is no error here. One uncontrollable where none may be: MINIONS_UNCONTROLLABLE. */
    Resolution select(Selection selection, Roster fleet) {
        Choice choice = new Choice(selection, fleet);
        choice.exclude();
        choice.judge();
        choice.sample();
        choice.limit();
        return choice.made();
    }

    /** Of a list of names, without those that are not enrolled any more and the uncontrollable. */
    Resolution among(Collection<MinionId> list, WhenUncontrollable how, Roster fleet) {
        Choice choice = new Choice(list, Selection.of(Target.ALL).withUncontrollable(how), fleet);
        choice.judge();
        return choice.made();
    }

    /** One selection on its way from step to step. */
    private final class Choice {
        private final Selection selection;
        private final Roster fleet;
        private final BitSet chosen;
        private final BitSet asked;
        private final List<Discarded.Name> discarded;

        Choice(Selection selection, Roster fleet) {
            this.selection = selection;
            this.fleet = fleet;
            Search search = resolver.search(selection.target(), fleet, true);
            chosen = search.run(resolver.parse(selection.target()));
            asked = search.asked();
            discarded = new ArrayList<>(search.unknown());
        }

        Choice(Collection<MinionId> list, Selection rules, Roster fleet) {
            this.selection = rules;
            this.fleet = fleet;
            chosen = new BitSet();
            discarded = new ArrayList<>();
            for (MinionId minion : list) {
                int number = fleet.find(minion.value());
                if (number < 0) {
                    discarded.add(new Discarded.Name(minion.value(), Reason.UNKNOWN, true));
                } else {
                    chosen.set(number);
                }
            }
            asked = (BitSet) chosen.clone();
        }

        void exclude() {
            if (selection.exclude() != null) {
                Search search = resolver.search(selection.exclude(), fleet, false);
                leaveOut(search.run(resolver.parse(selection.exclude())), Reason.EXCLUDED);
                discarded.addAll(search.unknown());
            }
        }

        void judge() {
            if (selection.uncontrollable() == WhenUncontrollable.QUEUE) {
                return;
            }
            BitSet bad = new BitSet();
            chosen.stream()
                    .filter(minion -> uncontrollable.apply(fleet.minion(minion)) != null)
                    .forEach(bad::set);
            if (selection.uncontrollable() == WhenUncontrollable.FAIL && !bad.isEmpty()) {
                throw refused(bad);
            }
            leaveOut(bad, Reason.UNCONTROLLABLE);
        }

        void sample() {
            int all = chosen.cardinality();
            if (selection.sample() == null || selection.sample().of(all) == all) {
                return;
            }
            int[] drawn = chosen.stream().toArray();
            BitSet rest = (BitSet) chosen.clone();
            // The first steps of a shuffle: what they bring to the front is the sample.
            for (int i = 0; i < selection.sample().of(all); i++) {
                int other = i + random.nextInt(all - i);
                rest.clear(drawn[other]);
                drawn[other] = drawn[i];
            }
            leaveOut(rest, Reason.NOT_SAMPLED);
        }

        void limit() {
            if (selection.limit() != null) {
                BitSet rest = (BitSet) chosen.clone();
                chosen.stream().limit(selection.limit()).forEach(rest::clear);
                leaveOut(rest, Reason.OVER_LIMIT);
            }
        }

        Resolution made() {
            return new Resolution(chosen.stream().mapToObj(fleet::minion).toList(), discarded);
        }

        private void leaveOut(BitSet whom, Reason reason) {
            whom.and(chosen);
            chosen.andNot(whom);
            whom.stream()
                    .forEach(minion -> discarded.add(new Discarded.Name(fleet.id(minion), reason, asked.get(minion))));
        }

        private QcmdException refused(BitSet bad) {
            String names = bad.stream()
                    .limit(SHOWN)
                    .mapToObj(minion -> described(fleet.minion(minion)))
                    .collect(Collectors.joining(", "));
            return new QcmdException(
                    ErrorCode.MINIONS_UNCONTROLLABLE,
                    String.format(
                            Locale.ROOT,
                            "%,d of %,d minions are uncontrollable: %s%s. No job was created.",
                            bad.cardinality(),
                            chosen.cardinality(),
                            names,
                            bad.cardinality() > SHOWN ? " …" : ""));
        }

        private String described(MinionId minion) {
            Uncontrollable why = uncontrollable.apply(minion);
            return why == null
                    ? minion.value()
                    : minion + " ("
                            + why.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        }
    }
}
