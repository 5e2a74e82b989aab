package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.fleet.Rosters.Told;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetResolverTest {
    private static final Roster FLEET =
            Rosters.named("web01", "web02", "web10", "web1", "db1", "db2", "db-a", "mail", "web-bj-1", "weba");

    private static final Roster TOLD = Rosters.of(List.of(
            Told.of("web1", Map.of("role", "web", "dc", "bj"), Map.of("os", "debian", "ipv4", "10.1.0.7 192.168.0.1")),
            Told.of(
                    "web2",
                    Map.of("role", "web", "dc", "sh"),
                    Map.of("os", "Debian", "ipv4", "10.2.0.7", "ipv6", "fd00::7")),
            Told.of("db1", Map.of("role", "db", "dc", "bj", "os", "mine"), Map.of("os", "centos")),
            Told.of(
                    "db2",
                    Map.of("empty", "", "ipv4", "10.1.9.9"),
                    Map.of("os_name", "Debian GNU/Linux 12", "ipv4", "10.2.9.9")),
            new Told(new MinionId("new"), Traits.NONE)));

    private static final Map<String, Target> GROUPS = Stream.of(
                    "web|role=web",
                    "bj|dc=bj",
                    "both|@web and @bj",
                    "lost|@gone",
                    "self|web1 or @self",
                    "ping|@pong",
                    "pong|not @ping",
                    "listed|web1,web9")
            .map(group -> group.split("\\|"))
            .collect(Collectors.toMap(group -> group[0], group -> new Target(group[1])));

    /** The worst case: long ids that differ at their ends. */
    private static final Roster LONG = Rosters.named(IntStream.range(0, 50_000).mapToObj(i -> "a".repeat(100) + i));

    private static final Roster LARGE = Rosters.of(IntStream.range(0, 50_000)
            .mapToObj(i -> Told.of(
                    "web" + i,
                    Map.of("note", "a".repeat(250) + i % 7),
                    Map.of(
                            "ipv4",
                            "10.1.0." + i % 256,
                            "ipv6",
                            "fd00::" + Integer.toHexString(i % 65_536) + " 2001:db8:0:1:216:3eff:fe00:1")))
            .toList());

    private final TargetResolver resolver = new TargetResolver(100_000, GROUPS::get);

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
            quoteCharacter = '`',
            value = {
                "role=web|web1 web2",
                "ROLE=web|",
                "role=WEB|web1 web2",
                "role=*|db1 web1 web2",
                "role=w?b and dc=bj|web1",
                "role!=web|db1 db2 new",
                "not role=*|db2 new",
                "os=debian*|web1 web2",
                "os=centos|",
                "os=mine|db1",
                "G@os:centos|db1",
                "G@role:web|",
                "os_name=\"debian gnu*\"|db2",
                "empty=\"\"|db2",
                "role=web and dc=bj and not web13|web1",
                "role=db or role=web and dc=sh|db1 web2",
                "(role=db or role=web) and dc=bj|db1 web1",
                "web* and not web2|web1",
                "~^db\\d+$|db1 db2",
                "~2|db2 web2",
                "E@2|",
                "E@db|db1 db2",
                "~^web1?$|web1",
                "~^[wn]e[bw]|new web1 web2",
                "~b1$ and not ~^w|db1",
                "10.1.0.0/16|db2 web1",
                "192.168.0.1/32|web1",
                "S@10.2.0.7|web2",
                "fd00::/8|web2",
                "not 0.0.0.0/0|db1 new",
                "@web|web1 web2",
                "N@both|web1",
                "@both,db2|db2 web1",
                "not @web and not new|db1 db2",
                "L@web1,new|new web1"
            })
    void meansMinions_byWhatTheyTold(String target, String minions) {
        assertThat(resolver.resolve(new Target(target), TOLD).minions())
                .extracting(MinionId::value)
                .containsExactly(minions == null ? new String[0] : minions.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "E@^db|web; db1 db2 web1 web2",
                "E@db|b; db1 db2",
                "E@^db|^web|1; db1 db2 web1 web2",
                "E@^*2;",
                "E@(?i)WEB|B1; web1 web2",
                "~^db|1; db1 db2 web1"
            })
    void saltsExpressions_matchFromTheFirstCharacterOn_withAllTheirAlternatives(String target, String minions) {
        assertThat(resolver.resolve(new Target(target), TOLD).minions())
                .extracting(MinionId::value)
                .containsExactly(minions == null ? new String[0] : minions.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web1 and web9|web9 true",
                "role=web or web9|web9 true",
                "web* and not web9|web9 false",
                "not not web9|web9 true",
                "web* and not web9 or web9|web9 true",
                "@listed|web9 true",
                "nothing* and web9|web9 true"
            })
    void tellsUnknownNames_whereverTheyStand_andWhetherTheyWereAskedFor(String target, String unknown) {
        assertThat(resolver.resolve(new Target(target), TOLD).discarded())
                .extracting(name -> name.name() + " " + name.asked())
                .containsExactly(unknown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@nosuch|GROUP_NOT_FOUND|group '@nosuch': there is none",
                "web1 and @lost|GROUP_NOT_FOUND|group '@gone': there is none",
                "@self|GROUP_INVALID|is inside of itself, @self → @self",
                "@ping|GROUP_INVALID|is inside of itself, @ping → @pong → @ping",
                "nothing* and Web1|TARGET_INVALID|minion id 'Web1'",
                "nothing* and ~(|TARGET_INVALID|the syntax is that of RE2",
                "~(a)\\1|TARGET_INVALID|invalid escape sequence"
            })
    void refusesTheWholeTarget_whereverItsFaultStands(String target, ErrorCode code, String message) {
        assertThatThrownBy(() -> resolver.resolve(new Target(target), TOLD))
                .hasMessageContaining(message)
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(code);
        assertThatThrownBy(() -> resolver.check(new Target(target)))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(code);
    }

    @Test
    @Tag("A39")
    void groupsThatDoubleEachOther_areBounded() {
        Map<String, Target> laughs = new HashMap<>(Map.of("g0", new Target("web1")));
        IntStream.range(1, 40)
                .forEach(i -> laughs.put("g" + i, new Target(String.format("@g%d or not @g%1$d", i - 1))));
        TargetResolver laughing = new TargetResolver(10, laughs::get);

        assertThatThrownBy(() -> laughing.resolve(new Target("@g39"), TOLD))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThat(laughing.resolve(new Target("@g3"), TOLD).minions()).hasSize(5);
    }

    @Test
    @Tag("A39")
    void groupsInsideEachOther_areBounded() {
        TargetResolver deep = new TargetResolver(10, name -> new Target("(((@" + name + "x)))"));

        assertThatThrownBy(() -> deep.resolve(new Target("@g"), TOLD))
                .isInstanceOf(QcmdException.class)
                .extracting(e -> ((QcmdException) e).code())
                .isIn(ErrorCode.LIMIT_EXCEEDED, ErrorCode.GROUP_INVALID);
    }

    @ParameterizedTest
    @Tag("A39")
    @MethodSource("hostile")
    void doesBoundedWork_whateverIsTyped(String target) {
        Search search = resolver.search(new Target(target), LONG, true);
        ErrorCode code;
        try {
            assertThat(search.run(resolver.parse(new Target(target))).isEmpty()).isTrue();
            code = ErrorCode.LIMIT_EXCEEDED;
        } catch (QcmdException refused) {
            code = refused.code();
        }

        assertThat(code).isIn(ErrorCode.LIMIT_EXCEEDED, ErrorCode.TARGET_INVALID);
        // The last charge is refused, not done: none is larger than the names of a job, or a text.
        assertThat(search.steps()).isLessThan(Search.MOST_STEPS + 3_000_000);
    }

    /**
     * CPU time of the thread, and as a ratio to that of an expression that uses up all steps in the same run: so it is the same on any machine, and says that no kind of
     * work is charged too little. By more than this it was, where classes and addresses were.
     */
    @Test
    @Tag("A39")
    void costsTheTimeThatItIsChargedFor() {
        long all = cpuNanos("~(0|1|2|3|4|5|6|7|8|9|a)*b", LONG);

        for (String target : dear()) {
            for (Roster fleet : List.of(LONG, TOLD, LARGE)) {
                assertThat(cpuNanos(target, fleet))
                        .as("CPU time of %.40s… over %d minions", target, fleet.size())
                        .isLessThan(4 * all);
            }
        }
    }

    private static List<String> dear() {
        return List.of(
                each(
                        800,
                        "~"
                                + IntStream.range(0, 126)
                                        .mapToObj(i -> "[" + letter(i) + letter(i / 26) + "]")
                                        .collect(Collectors.joining())),
                each(800, "~(?i)[" + "A-z".repeat(160) + "]"),
                each(800, "~" + "[^\\pL]".repeat(80)),
                each(800, "~(abcdefghijkl){1000}"),
                each(900, "~^web[0-9]*[13579]$"),
                each(900, "nosuch=1"),
                each(900, "note=*b*"),
                each(900, "fe80::/10"),
                each(900, "11.0.0.0/8"),
                each(900, "*x"),
                "?".repeat(128) + ",?".repeat(128).repeat(60),
                IntStream.range(0, 90_000)
                        .mapToObj(i -> "mail" + i * 7_919L % 90_001)
                        .collect(Collectors.joining(",")));
    }

    private static String each(int times, String term) {
        return String.join(" or ", Collections.nCopies(times, term));
    }

    private static char letter(int i) {
        return (char) ('a' + i % 26);
    }

    /** The least of two, whether it is refused or not. */
    private long cpuNanos(String target, Roster fleet) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 2; round++) {
            long begun = threads.getCurrentThreadCpuTime();
            try {
                Resolution unused = resolver.resolve(new Target(target), fleet);
            } catch (QcmdException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
            }
            least = Math.min(least, threads.getCurrentThreadCpuTime() - begun);
        }
        return least;
    }

    static Stream<String> hostile() {
        return Stream.of(
                "(a+)+$",
                "~(a+)+$b",
                "~(a|a)*b",
                "~(a?){100}a{100}b",
                "~a{1000}{1000}",
                "~((a{100}){100}){100}",
                "~(((((a{9}){9}){9}){9}){9})",
                "~" + "(".repeat(200) + "a" + ")".repeat(200) + "{100}b",
                "~" + "a*".repeat(250) + "b",
                "~" + "a".repeat(10_000),
                "~(a)\\1",
                "~(?=a)b",
                "~b" + " or ~b".repeat(900),
                "not a*" + " and not a*".repeat(900),
                "x=*" + "y*".repeat(100) + " or x=*".repeat(900),
                "10.0.0.0/8" + " or 10.0.0.0/8".repeat(900),
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
                "*".repeat(2_000_000) + "b",
                "(".repeat(1_000_000),
                "b" + " and b".repeat(100_000));
    }

    @Test
    @Tag("A19")
    void refusesMoreNamesThanAJobMayHave() {
        TargetResolver small = new TargetResolver(3, name -> null);

        assertThatThrownBy(() -> small.resolve(new Target("web[01-04]"), FLEET))
                .hasMessageContaining("more than 3 minions")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThatThrownBy(() -> small.resolve(new Target("a,b,c,d"), FLEET)).hasMessageContaining("more than 3 names");
        assertThatThrownBy(() -> small.resolve(new Target("a[1-2],b[1-2]"), FLEET))
                .hasMessageContaining("more than 3 names");
        assertThat(small.resolve(new Target("web[01-02],db1"), FLEET).minions()).hasSize(3);
    }

    @Test
    @Tag("A19")
    void resolvesTheLargestJob() {
        Roster fleet = Rosters.named(IntStream.range(0, 100_000).mapToObj(i -> "web" + i));
        String list = String.join(",", Rosters.ids(fleet));
        List<MinionId> all = Rosters.ids(fleet).stream().map(MinionId::new).toList();

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
            Roster fleet = Rosters.named(IntStream.range(0, 20).mapToObj(i -> name(random)));
            Resolution resolution = resolver.resolve(new Target(String.join(",", terms)), fleet);

            List<String> minions = Rosters.ids(fleet).stream()
                    .filter(id -> exact.contains(id) || regexes.stream().anyMatch(regex -> Pattern.matches(regex, id)))
                    .toList();
            List<String> unknown =
                    exact.stream().distinct().filter(id -> fleet.find(id) < 0).toList();
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
    void agreesWithANaiveEvaluator_onWholeExpressions() {
        String[] values = {"a", "b", "ab", "A", ""};
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<Told> minions = Stream.generate(() -> name(random))
                    .limit(20)
                    .distinct()
                    .map(id -> Told.of(
                            id,
                            random.nextBoolean() ? Map.of("x", values[random.nextInt(5)]) : Map.of(),
                            random.nextBoolean() ? Map.of("x", values[random.nextInt(5)]) : Map.of()))
                    .toList();
            Naive naive = naive(random, 4);
            Target target = new Target(naive.text());

            assertThat(resolver.resolve(target, Rosters.of(minions)).minions())
                    .as("seed %d: %s over %s", seed, target, minions)
                    .containsExactlyElementsOf(minions.stream()
                            .filter(naive.is())
                            .map(Told::id)
                            .sorted()
                            .toList());
        }
    }

    /** An expression, and the question that it asks of each minion. */
    private record Naive(String text, Predicate<Told> is) {}

    private static Naive naive(Random random, int depth) {
        String name = name(random);
        switch (depth == 0 ? random.nextInt(4) : random.nextInt(8)) {
            case 0 -> {
                return new Naive(
                        name + ",a[0-4]",
                        told -> told.id().value().equals(name)
                                || told.id().value().matches("a[0-4]"));
            }
            case 1 -> {
                return new Naive(name.charAt(0) + "?", told -> told.id().value().matches(name.charAt(0) + "."));
            }
            case 2 -> {
                String value = random.nextBoolean() ? "a*" : "?b";
                return new Naive(
                        "x=" + value,
                        told -> hasX(told, value.replace("*", ".*").replace("?", ".")));
            }
            case 3 -> {
                return new Naive("~^" + name, told -> told.id().value().startsWith(name));
            }
            case 4, 5 -> {
                Naive inner = naive(random, depth - 1);
                return new Naive("not (" + inner.text + ")", inner.is.negate());
            }
            case 6 -> {
                Naive left = naive(random, depth - 1);
                Naive right = naive(random, depth - 1);
                return new Naive("(" + left.text + ") and (" + right.text + ")", left.is.and(right.is));
            }
            default -> {
                Naive left = naive(random, depth - 1);
                Naive right = naive(random, depth - 1);
                return new Naive("(" + left.text + ") or (" + right.text + ")", left.is.or(right.is));
            }
        }
    }

    private static boolean hasX(Told told, String regex) {
        Traits traits = told.traits();
        String value = traits.labels().getOrDefault("x", traits.facts().get("x"));
        return value != null
                && Pattern.compile(regex, Pattern.CASE_INSENSITIVE)
                        .matcher(value)
                        .matches();
    }

    @Test
    void noMatch_saysHowManyThereAreAndWhatWasPerhapsMeant() {
        Roster fleet = Rosters.named(Stream.concat(
                IntStream.rangeClosed(1, 20_000).mapToObj(i -> "web" + i),
                IntStream.rangeClosed(1, 37).mapToObj(i -> "db" + i)));

        QcmdException error =
                resolver.noMatch(new Target("wbe*"), fleet, 20_000, Discarded.NONE, "No job was created.");

        assertThat(error)
                .hasMessage("No minions matched the target 'wbe*' (20,037 known, 20,000 up). No job was created.");
        assertThat(error.code()).isEqualTo(ErrorCode.NO_MINIONS_MATCHED);
        assertThat(error.hint()).isEqualTo("near: web* (20,000)\nqcmd minions ls 'w*' -o name");
    }

    @Test
    void noMatch_saysWhoWasLeftOut() {
        List<Discarded.Name> gone = new ArrayList<>(
                Collections.nCopies(3, new Discarded.Name("web01", Discarded.Reason.UNCONTROLLABLE, false)));
        gone.add(new Discarded.Name("db1", Discarded.Reason.EXCLUDED, true));
        gone.add(new Discarded.Name("nobody", Discarded.Reason.UNKNOWN, true));

        assertThat(resolver.noMatch(new Target("web*"), FLEET, 1, Discarded.of(gone), "")
                        .hint())
                .isEqualTo("left out: 3 uncontrollable, 1 excluded; see qcmd minions ls --state uncontrollable");
        assertThat(resolver.noMatch(new Target("web*"), FLEET, 1, Discarded.of(gone.subList(3, 5)), "")
                        .hint())
                .isEqualTo("left out: 1 excluded");
    }

    @Test
    void noMatch_saysWhatToDo_whenNothingIsLikeIt() {
        assertThat(resolver.noMatch(new Target("xyz"), FLEET, 1, Discarded.NONE, "")
                        .hint())
                .isEqualTo("qcmd minions ls");
        assertThat(resolver.noMatch(new Target("role=xyz"), TOLD, 1, Discarded.NONE, "")
                        .hint())
                .isEqualTo("qcmd minions ls");
        assertThat(resolver.noMatch(new Target("*"), Roster.EMPTY, 0, Discarded.NONE, "")
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
}
