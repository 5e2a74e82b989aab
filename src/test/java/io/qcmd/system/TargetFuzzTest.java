package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.qcmd.bus.fleet.Resolution;
import io.qcmd.bus.fleet.Roster;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.bus.fleet.Traits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/**
 * Whatever somebody types as a target names known minions, each once, or is refused with a {@link QcmdException}. Inputs: resources/io/qcmd/system/TargetFuzzTestInputs;
 * JAZZER_FUZZ=1 searches for new ones.
 */
@Tag("A39")
class TargetFuzzTest {
    private static final int NAMES = 100;
    private static final NavigableSet<MinionId> KNOWN = known();
    private static final Roster ROSTER =
            new Roster(KNOWN.stream().map(Labelled::new).toList());
    private static final TargetResolver RESOLVER =
            new TargetResolver(NAMES, name -> name.equals("all") ? Target.ALL : null);

    @FuzzTest
    void expressions(byte[] text) {
        try {
            Target target = new Target(new String(text, StandardCharsets.UTF_8));
            RESOLVER.check(target);
            Resolution resolution = RESOLVER.resolve(target, ROSTER);
            assertThat(resolution.minions()).isSorted().doesNotHaveDuplicates();
            assertThat(KNOWN).containsAll(resolution.minions());
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    /** Every minion says the same of itself. */
    private record Labelled(MinionId id) implements Roster.Entry {
        private static final Traits TRAITS = new Traits(
                Map.of("role", "web", "dc", "bj"),
                Map.of("os", "debian", "ipv4", "10.1.0.7 192.168.0.1", "ipv6", "fd00:0:0:0:0:0:0:7"));

        @Override
        public Traits traits() {
            return TRAITS;
        }
    }

    private static NavigableSet<MinionId> known() {
        NavigableSet<MinionId> known = new TreeSet<>();
        IntStream.range(0, 60).mapToObj(i -> new MinionId("web" + i)).forEach(known::add);
        IntStream.range(0, 60)
                .mapToObj(i -> new MinionId(String.format("db-%03d.eu_1", i)))
                .forEach(known::add);
        known.add(new MinionId("a".repeat(64)));
        return known;
    }
}
