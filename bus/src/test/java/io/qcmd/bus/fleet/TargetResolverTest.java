package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetResolverTest {
    private static final NavigableSet<MinionId> FLEET =
            fleet("web01", "web02", "web10", "web1", "db1", "db2", "db-a", "mail", "web-bj-1", "weba");

    private final TargetResolver resolver = new TargetResolver(100_000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*|db-a db1 db2 mail web-bj-1 web01 web02 web1 web10 weba",
                "mail|mail",
                "web*|web-bj-1 web01 web02 web1 web10 weba",
                "web??|web01 web02 web10",
                "*1|db1 web-bj-1 web01 web1",
                "db[12a]|db1 db2",
                "db?|db1 db2",
                "db[!1]|db2",
                "web[a-c]|weba",
                "web[01-02]|web01 web02",
                "web[01-02,10]|web01 web02 web10",
                "web[0-1]*|web01 web02 web1 web10",
                "web1,db1|db1 web1",
                "web1, db1 ,web1|db1 web1",
                "web[01-02],web*,web01|web-bj-1 web01 web02 web1 web10 weba",
                "db[1-2,2],db1|db1 db2",
                "nosuch*|"
            })
    void namesMinions_sortedAndEachOnce(String target, String minions) {
        Resolution resolution = resolve(target);

        assertThat(resolution.minions())
                .extracting(MinionId::value)
                .containsExactly(minions == null ? new String[0] : minions.split(" "));
        assertThat(resolution.discarded()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"web99|web99", "web[01-04]|web03 web04", "zzz,web01,aaa,zzz|zzz aaa", "web[8-9]*,db9|db9"})
    void discardsNamesAskedForOneByOne_thatNobodyHas(String target, String unknown) {
        assertThat(resolve(target).discarded()).extracting(Discarded.Name::name).containsExactly(unknown.split(" "));
        assertThat(resolve(target).discarded())
                .extracting(Discarded.Name::reason)
                .containsOnly(Discarded.Reason.UNKNOWN);
    }

    @ParameterizedTest
    @Tag("A03")
    @Tag("A19")
    @ValueSource(
            strings = {
                "../x", "a/../../etc", "web01,a..b", "Web01", "WEB*", "-rf", ".web", "/proc/self/fd/0", "wеb01",
                        "web01\u202e", "$(id)", "web01;id",
                "'web01'", "web01 web02", "web01,,web02", ",web01", "web01,", ",", "-", "!web01", "web[1-2", "web1-2]",
                        "..*", "{web01,web02}"
            })
    void refusesTheWholeTarget_whenAPartOfItIsNoName(String target) {
        assertThatThrownBy(() -> resolve(target))
                .isInstanceOf(QcmdException.class)
                .hasMessageStartingWith("target")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.TARGET_INVALID);
    }

    @Test
    @Tag("A03")
    void refusesANameThatIsTooLong_alsoAsPartOfASet() {
        assertThatThrownBy(() -> resolve("a".repeat(129))).hasMessageContaining("has 129 characters");
        assertThatThrownBy(() -> resolve("a".repeat(127) + "[9-10]")).hasMessageContaining("has 129 characters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "G@os:debian|'G@' is not supported yet",
                "E@web[0-9]{1,3}|'E@' is not supported yet",
                "web* and not web01|and, or, not are not supported yet",
                "not web01|and, or, not are not supported yet",
                "role=web or dc=bj|and, or, not are not supported yet",
                "role=web|labels are not supported yet",
                "~^db[0-9]+$|regular expressions are not supported yet",
                "@db|groups and files are not supported yet",
                "web01,@file:hosts.txt|groups and files are not supported yet"
            })
    void saysWhatExists_whenAKindOfTargetDoesNotYet(String target, String what) {
        assertThatThrownBy(() -> resolve(target))
                .hasMessageContaining(what)
                .hasMessageEndingWith("use ids, lists a,b, folded sets web[01-20] or globs web*")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.TARGET_INVALID);
    }

    @ParameterizedTest
    @Tag("A39")
    @MethodSource("hostile")
    void endsSoonOrRefuses_whateverIsTyped(String target) {
        // The fleet is the worst case: long ids that differ at their ends. The default time limit of a test is the
        // watch-dog.
        NavigableSet<MinionId> fleet = fleet(IntStream.range(0, 50_000).mapToObj(i -> "a".repeat(100) + i));

        assertThatThrownBy(() -> {
                    assertThat(resolver.resolve(new Target(target), fleet).minions())
                            .isEmpty();
                    throw new QcmdException(ErrorCode.LIMIT_EXCEEDED, "nothing found is as good");
                })
                .isInstanceOf(QcmdException.class)
                .extracting(e -> ((QcmdException) e).code())
                .isIn(ErrorCode.LIMIT_EXCEEDED, ErrorCode.TARGET_INVALID);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "(a+)+$",
                "*a".repeat(5_000) + "*b",
                "*a".repeat(100) + "*b",
                "*" + "a".repeat(99) + "b*",
                "*b,".repeat(600_000) + "*b",
                "*[b-z]".repeat(40),
                "a[1-99999]*b",
                "*b[1-99999]*",
                "[0-9][0-9][0-9][0-9][0-9][0-9]*",
                "w[1-99999],".repeat(190_000) + "b",
                "b,".repeat(1_000_000) + "b",
                ",".repeat(2_000_000),
                "[".repeat(2_000_000),
                "[a]".repeat(690_000),
                "?".repeat(2_000_000),
                "*".repeat(2_000_000) + "b");
    }

    @Test
    @Tag("A19")
    void refusesMoreMinionsThanAJobMayHave() {
        TargetResolver small = new TargetResolver(3);

        assertThatThrownBy(() -> small.resolve(new Target("*"), FLEET))
                .hasMessage("target '*': matches more than 3 minions")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThatThrownBy(() -> small.resolve(new Target("web[01-04]"), FLEET))
                .hasMessageContaining("more than 3 minions");
        assertThatThrownBy(() -> small.resolve(new Target("a,b,c,d"), FLEET)).hasMessageContaining("more than 3 names");
        assertThatThrownBy(() -> small.resolve(new Target("a[1-2],b[1-2]"), FLEET))
                .hasMessageContaining("more than 3 names");
        assertThat(small.resolve(new Target("web[01-02],db1"), FLEET).minions()).hasSize(3);
    }

    @Test
    @Tag("A19")
    void resolvesTheLargestJob() {
        NavigableSet<MinionId> fleet = fleet(IntStream.range(0, 100_000).mapToObj(i -> "web" + i));
        String list = String.join(",", fleet.stream().map(MinionId::value).toList());
        List<MinionId> all = List.copyOf(fleet);

        assertThat(resolver.resolve(new Target("*"), fleet).minions()).isEqualTo(all);
        assertThat(resolver.resolve(new Target("web[0-99999]"), fleet).minions())
                .isEqualTo(all);
        assertThat(resolver.resolve(new Target(list), fleet).minions()).isEqualTo(all);
    }

    @Test
    void agreesWithANaiveModel() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<String> exact = new ArrayList<>();
            List<String> regexes = new ArrayList<>();
            List<String> terms = new ArrayList<>();
            for (int count = 1 + random.nextInt(4); count > 0; count--) {
                terms.add(term(random, exact, regexes));
            }
            NavigableSet<MinionId> fleet = fleet(IntStream.range(0, 20).mapToObj(i -> name(random)));
            Resolution resolution = resolver.resolve(new Target(String.join(",", terms)), fleet);

            List<String> minions = fleet.stream()
                    .map(MinionId::value)
                    .filter(id -> exact.contains(id) || regexes.stream().anyMatch(regex -> Pattern.matches(regex, id)))
                    .toList();
            List<String> unknown = exact.stream()
                    .distinct()
                    .filter(id -> !fleet.contains(new MinionId(id)))
                    .toList();
            assertThat(resolution.minions())
                    .as("seed %d: %s", seed, terms)
                    .extracting(MinionId::value)
                    .isEqualTo(minions);
            assertThat(resolution.discarded())
                    .as("seed %d: %s", seed, terms)
                    .extracting(Discarded.Name::name)
                    .isEqualTo(unknown);
        }
    }

    @Test
    void noMatch_saysHowManyThereAreAndWhatWasPerhapsMeant() {
        NavigableSet<MinionId> fleet = fleet(IntStream.rangeClosed(1, 20_000).mapToObj(i -> "web" + i));
        fleet.addAll(fleet(IntStream.rangeClosed(1, 37).mapToObj(i -> "db" + i)));

        QcmdException error = TargetResolver.noMatch(new Target("wbe*"), fleet, 20_000, Discarded.NONE);

        assertThat(error)
                .hasMessage("No minions matched the target 'wbe*' (20,037 known, 20,000 up). No job was created.");
        assertThat(error.code()).isEqualTo(ErrorCode.NO_MINIONS_MATCHED);
        assertThat(error.hint()).isEqualTo("near: web* (20,000)");
    }

    @Test
    void noMatch_saysWhoWasLeftOut() {
        Discarded discarded = Discarded.of(
                Collections.nCopies(3, new Discarded.Name("web01", Discarded.Reason.UNCONTROLLABLE, false)));

        assertThat(TargetResolver.noMatch(new Target("web*"), FLEET, 1, discarded)
                        .hint())
                .isEqualTo("left out: 3 uncontrollable; see qcmd minions ls --state uncontrollable");
    }

    @Test
    void noMatch_saysWhatToDo_whenNothingIsLikeIt() {
        assertThat(TargetResolver.noMatch(new Target("xyz"), FLEET, 1, Discarded.NONE)
                        .hint())
                .isEqualTo("qcmd minions ls");
        assertThat(TargetResolver.noMatch(new Target("*"), fleet(), 0, Discarded.NONE)
                        .hint())
                .isEqualTo("no minion is enrolled; start an agent with: qcmd agent");
    }

    private Resolution resolve(String target) {
        return resolver.resolve(new Target(target), FLEET);
    }

    /** One random term, and what it means to the model. */
    private static String term(Random random, List<String> exact, List<String> regexes) {
        String name = name(random);
        switch (random.nextInt(4)) {
            case 0 -> {
                int last = random.nextInt(5);
                IntStream.rangeClosed(0, last).mapToObj(i -> "a" + i).forEach(exact::add);
                return "a[0-" + last + "]";
            }
            case 1 -> {
                regexes.add(name.charAt(0) + ".*");
                return name.charAt(0) + "*";
            }
            case 2 -> {
                regexes.add("[^a]." + name.charAt(1) + "?");
                regexes.add("[^a].");
                return "[!a]?,[!a]?" + name.charAt(1);
            }
            default -> {
                exact.add(name);
                return name;
            }
        }
    }

    private static String name(Random random) {
        return "ab".charAt(random.nextInt(2)) + Integer.toString(random.nextInt(20));
    }

    private static NavigableSet<MinionId> fleet(String... names) {
        return fleet(Stream.of(names));
    }

    private static NavigableSet<MinionId> fleet(Stream<String> names) {
        NavigableSet<MinionId> fleet = new TreeSet<>();
        names.map(MinionId::new).forEach(fleet::add);
        return fleet;
    }
}
