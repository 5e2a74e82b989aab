package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.qcmd.bus.fleet.Resolution;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.nio.charset.StandardCharsets;
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
    private static final int LIMIT = 100;
    private static final NavigableSet<MinionId> KNOWN = known();
    private static final TargetResolver RESOLVER = new TargetResolver(LIMIT);

    @FuzzTest
    void expressions(byte[] text) {
        try {
            Target target = new Target(new String(text, StandardCharsets.UTF_8));
            Resolution resolution = RESOLVER.resolve(target, KNOWN);
            assertThat(resolution.minions()).hasSizeLessThanOrEqualTo(LIMIT).doesNotHaveDuplicates();
            assertThat(KNOWN).containsAll(resolution.minions());
            QcmdException nobody = TargetResolver.noMatch(target, KNOWN, 1, Discarded.of(resolution.discarded()));
            assertThat(nobody).message().isNotBlank();
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
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
