package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any history of a minion against the rules, which are said once more as questions to that history. A failing seed is the name of its test. */
class ConditionModelTest {
    private static final int STEPS = 60;
    private static final Uncontrollable WORD = new Uncontrollable(Reason.QUARANTINED, "by root", 0);
    private static final PresenceSettings SETTINGS =
            new PresenceSettings(Duration.ofSeconds(60), Duration.ofMinutes(5), "1.2");

    private enum What {
        OPENED,
        ENDED,
        OFFERED,
        ANSWERED,
        HEALTHY,
        NO_DISK,
        WRONG_CLOCK,
        OLD,
        QUARANTINE,
        RELEASE,
        NOTHING
    }

    private record Event(long at, What what) {}

    /** All that happened; the newest is the last. It begins with the end of a session that nobody saw. */
    private record Model(List<Event> events) {
        @Nullable
        Reason reason(long now) {
            boolean quarantined = latest(What.QUARANTINE) > latest(What.RELEASE);
            return quarantined ? Reason.QUARANTINED : found(now);
        }

        /** What was found wrong last, if two healthy ones in one session did not come after it. */
        private @Nullable Reason found(long now) {
            Reason found = null;
            int healthy = 0;
            for (int i = 0; i < events.size(); i++) {
                Reason wrong = wrong(i);
                found = wrong == null ? found : wrong;
                What what = events.get(i).what;
                boolean isTrusted = what == What.HEALTHY && isConnected(i);
                healthy = isTrusted ? healthy + 1 : isQuiet(what) ? healthy : 0;
                found = healthy >= 2 ? null : found;
                long until = i + 1 < events.size() ? events.get(i + 1).at : now;
                found = !isConnected(i) && until - goneSince(i) > 60_000 ? Reason.GONE : found;
            }
            return found;
        }

        private @Nullable Reason wrong(int i) {
            return switch (events.get(i).what) {
                case NO_DISK -> isConnected(i) ? Reason.DISK : null;
                case WRONG_CLOCK -> isConnected(i) ? Reason.CLOCK : null;
                case OLD -> isConnected(i) ? Reason.VERSION : null;
                case ENDED -> unanswered(i) >= 3 ? Reason.NOT_READY : null;
                default -> null;
            };
        }

        /** Offers up to here since the last answer, or since they were held against it. */
        private int unanswered(int end) {
            int offers = 0;
            for (Event event : events.subList(0, end)) {
                boolean isOver = event.what == What.ANSWERED || event.what == What.ENDED && offers >= 3;
                offers = isOver ? 0 : offers + (event.what == What.OFFERED ? 1 : 0);
            }
            return offers;
        }

        private boolean isConnected(int at) {
            return last(at, What.OPENED) > last(at, What.ENDED);
        }

        private long goneSince(int at) {
            return events.get(last(at, What.ENDED)).at;
        }

        private int latest(What what) {
            return last(events.size() - 1, what);
        }

        private int last(int at, What what) {
            return events.subList(0, at + 1).stream().map(Event::what).toList().lastIndexOf(what);
        }

        private static boolean isQuiet(What what) {
            return what.compareTo(What.QUARANTINE) >= 0
                    || what == What.OFFERED
                    || what == What.ANSWERED
                    || what == What.HEALTHY;
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 2_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyHistory_leadsToTheSameReason(long seed) {
        walk(seed, new HashSet<>());
    }

    @Test
    void histories_leadToEveryReason_soThatTheyAreWorthTheirTime() {
        Set<@Nullable Reason> reached = new HashSet<>();
        seeds().limit(200).forEach(seed -> walk(seed, reached));
        assertThat(reached).contains(Reason.values()).containsNull();
    }

    private static void walk(long seed, Set<@Nullable Reason> reached) {
        Random random = new Random(seed);
        long now = 1_000;
        Model model = new Model(new ArrayList<>(List.of(new Event(now, What.ENDED))));
        Condition condition = new Condition(SETTINGS, now, null);
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(4) == 0 ? random.nextInt(90_000) : random.nextInt(1_000);
            What what = next(random, model);
            model.events.add(new Event(now, what));
            happen(condition, what, now);
            if (random.nextBoolean()) {
                Uncontrollable why = condition.look(now);
                Reason reason = why == null ? null : why.reason();
                assertThat(reason).as("%s", told(model)).isEqualTo(model.reason(now));
                reached.add(reason);
            }
        }
    }

    /** A session is opened and ended in turns; all else may come at any time. */
    private static What next(Random random, Model model) {
        What what = What.values()[random.nextInt(What.values().length)];
        boolean connected = model.isConnected(model.events.size() - 1);
        return switch (what) {
            case OPENED -> connected ? What.HEALTHY : what;
            case ENDED -> connected ? what : What.OPENED;
            case OFFERED, ANSWERED -> connected ? what : What.NOTHING;
            default -> what;
        };
    }

    private static void happen(Condition condition, What what, long now) {
        switch (what) {
            case OPENED -> condition.opened(now);
            case ENDED -> condition.ended(now);
            case OFFERED -> condition.offered();
            case ANSWERED -> condition.answered();
            case HEALTHY -> condition.health(health(now, 0, 1), "1.2");
            case NO_DISK -> condition.health(health(now, 0, 0), "1.2");
            case WRONG_CLOCK -> condition.health(health(now, -301_000, 1), "1.2");
            case OLD -> condition.health(health(now, 0, 1), "1.1");
            case QUARANTINE -> condition.quarantine(WORD);
            case RELEASE -> condition.quarantine(null);
            case NOTHING -> {}
        }
    }

    private static HealthInfo health(long now, long offset, long diskFree) {
        return new HealthInfo(now, offset, diskFree, 1, 4, 4, 0);
    }

    private static String told(Model model) {
        return model.events.stream().map(Event::toString).collect(Collectors.joining("\n"));
    }
}
