package io.qcmd.system;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.beans.XMLDecoder;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The house as docs/architecture.md draws it: who may know whom, and what nobody does. */
@AnalyzeClasses(packages = "io.qcmd", importOptions = ProductCode.class)
class ArchitectureTest {
    /** Every room, and how many types it has at least: without them each rule below would hold for an empty house. */
    private static final Map<String, Integer> ROOMS = Map.ofEntries(
            Map.entry("io.qcmd.protocol", 45),
            Map.entry("io.qcmd.transport", 10),
            Map.entry("io.qcmd.bus", 2),
            Map.entry("io.qcmd.bus.topic", 8),
            Map.entry("io.qcmd.bus.job", 4),
            Map.entry("io.qcmd.bus.callback", 6),
            Map.entry("io.qcmd.bus.courier", 3),
            Map.entry("io.qcmd.bus.fleet", 5),
            Map.entry("io.qcmd.bus.gate", 3),
            Map.entry("io.qcmd.bus.security", 3),
            Map.entry("io.qcmd.bus.store", 8),
            Map.entry("io.qcmd.bus.store.memory", 1),
            Map.entry("io.qcmd.bus.store.sqlite", 8),
            Map.entry("io.qcmd.agent", 15),
            Map.entry("io.qcmd.client", 12),
            Map.entry("io.qcmd.client.profile", 2),
            Map.entry("io.qcmd.client.local", 8),
            Map.entry("io.qcmd.client.cli", 20));

    private static final String[] CORE = {
        "io.qcmd.bus.topic..", "io.qcmd.bus.job..", "io.qcmd.bus.fleet..", "io.qcmd.bus.callback.."
    };
    private static final String[] ADAPTERS = {
        "io.qcmd.bus.store.sqlite..", "io.qcmd.bus.store.memory..", "io.qcmd.bus.courier.."
    };
    private static final String[] CABLES = {"io.netty..", "reactor.netty..", "io.rsocket..", "io.qcmd.transport.."};

    /** What decides in the agent; around it stand what touches processes, files and connections, and what puts them together. */
    private static final Set<String> AGENT_CORE =
            Set.of("Agent", "Backoff", "Commands", "Outbox", "Session", "Task", "Tasks", "Upload", "Uploads");

    /** All that must run on virtual time. */
    private static final DescribedPredicate<JavaClass> DECIDES = resideInAnyPackage(CORE)
            .or(resideInAPackage("io.qcmd.agent").and(outermost(simpleName(AGENT_CORE))))
            .as("are in the core rooms or the agent's core");

    private static final DescribedPredicate<JavaClass> INSIDE = not(resideInAPackage("io.qcmd.client.cli..")
                    .or(outermost(simpleNameEndingWith("Main")))
                    .or(resideInAPackage("io.qcmd.protocol.fault")))
            .as("are neither mains, nor the CLI, nor faults of tests");

    @ArchTest
    static void everyRoomWasSeen(JavaClasses seen) {
        Map<String, Long> sizes = seen.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
        assertThat(ROOMS)
                .allSatisfy((room, least) -> assertThat(sizes.getOrDefault(room, 0L))
                        .as("types in " + room)
                        .isGreaterThanOrEqualTo(least));
        assertThat(seen)
                .filteredOn(resideInAPackage("io.qcmd.agent"))
                .extracting(JavaClass::getSimpleName)
                .containsAll(AGENT_CORE);
    }

    // Modules

    @ArchTest
    static final ArchRule THE_PROTOCOL_KNOWS_ONLY_JACKSON = classes()
            .that()
            .resideInAPackage("io.qcmd.protocol..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "io.qcmd.protocol..", "com.fasterxml.jackson..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule THE_CABLE_KNOWS_NEITHER_END =
            nobodyIn("io.qcmd.transport..").knows("io.qcmd.bus..", "io.qcmd.agent..", "io.qcmd.client..");

    @ArchTest
    static final ArchRule THE_BUS_KNOWS_NO_OTHER_PROGRAM =
            nobodyIn("io.qcmd.bus..").knows("io.qcmd.agent..", "io.qcmd.client..");

    @ArchTest
    static final ArchRule THE_AGENT_KNOWS_NO_OTHER_PROGRAM =
            nobodyIn("io.qcmd.agent..").knows("io.qcmd.bus..", "io.qcmd.client..");

    @ArchTest
    static final ArchRule THE_CLIENT_KNOWS_NO_OTHER_PROGRAM =
            nobodyIn("io.qcmd.client..").knows("io.qcmd.bus..", "io.qcmd.agent..");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("io.qcmd.(**)").should().beFreeOfCycles();

    // Rooms of the bus

    @ArchTest
    static final ArchRule THE_HEART_KNOWS_ONLY_REACTOR = classes()
            .that()
            .resideInAPackage("io.qcmd.bus.topic..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.qcmd.bus.topic..",
                    "io.qcmd.protocol..",
                    "reactor.core..",
                    "reactor.util..",
                    "org.reactivestreams..",
                    "org.slf4j..",
                    "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_ADAPTER = nobodyIn(CORE).knows(ADAPTERS);

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_CABLE = nobodyIn(CORE).knows(CABLES);

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_DOOR = nobodyIn(CORE).knows("io.qcmd.bus.gate..", "io.qcmd.bus.http..");

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_NO_BYTES = nobodyIn(CORE).knows("com.fasterxml.jackson..", "java.sql..");

    /** Bus puts everything together; its Store chooses the adapter. */
    @ArchTest
    static final ArchRule ONLY_THE_COMPOSITION_NAMES_ADAPTERS = noClasses()
            .that()
            .resideOutsideOfPackages(ADAPTERS)
            .and(not(resideInAPackage("io.qcmd.bus").and(outermost(simpleName(Set.of("Bus", "Store"))))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ADAPTERS);

    @ArchTest
    static final ArchRule RSOCKET_STAYS_AT_THE_DOORS = noClasses()
            .that()
            .resideOutsideOfPackages("io.qcmd.transport..", "io.qcmd.bus.gate..")
            .and(not(resideInAPackage("io.qcmd.agent").and(outermost(simpleNameStartingWith("BusLink")))))
            .and(not(resideInAPackage("io.qcmd.client").and(outermost(simpleNameStartingWith("RSocket")))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.rsocket..");

    /** What makes a start of the command line short. */
    @ArchTest
    static final ArchRule THE_LOCAL_LINE_KNOWS_ONLY_THE_JDK = classes()
            .that()
            .resideInAPackage("io.qcmd.client.local..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.qcmd.client.local..", "io.qcmd.protocol..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule WHAT_A_CLIENT_SEES_IS_OURS = classes()
            .that()
            .resideInAPackage("io.qcmd.client")
            .and()
            .arePublic()
            .should(showNothingOf("io.netty..", "reactor.netty..", "io.rsocket..", "com.fasterxml.jackson.."));

    // What nobody does, or only at the edge

    @ArchTest
    static final ArchRule ONLY_THE_EDGE_BLOCKS = noClasses()
            .that(INSIDE)
            .should()
            .accessTargetWhere(used(
                    "reactor.core.publisher.Mono|reactor.core.publisher.Flux|reactor.core.publisher.ConnectableFlux",
                    "block.*|toIterable|toStream"))
            .orShould()
            .accessTargetWhere(used("java.lang.Thread|java.util.concurrent.TimeUnit", "sleep"));

    @ArchTest
    static final ArchRule ONLY_THE_EDGE_PRINTS_AND_EXITS = noClasses()
            .that(INSIDE)
            .should()
            .accessTargetWhere(used("java.lang.System", "out|err|exit"))
            .orShould()
            .accessTargetWhere(used("java.lang.Runtime", "exit|halt"))
            .orShould()
            .accessTargetWhere(used(assignableTo(Throwable.class), "printStackTrace"));

    @ArchTest
    static final ArchRule TIME_IS_INJECTED = noClasses()
            .that(DECIDES)
            .should()
            .accessTargetWhere(used("java.lang.System", "currentTimeMillis|nanoTime"))
            .orShould()
            .accessTargetWhere(used("java.time.Clock", "system.*|tick.*"))
            .orShould()
            .accessTargetWhere(used("java.time..*", "now"))
            .orShould()
            .accessTargetWhere(used(assignableTo(Date.class), "<init>"));

    @ArchTest
    static final ArchRule SCHEDULERS_ARE_INJECTED = noClasses()
            .that(DECIDES)
            .should()
            .accessTargetWhere(used("reactor.core.scheduler.Schedulers", ".*"))
            .orShould()
            .accessTargetWhere(used(assignableTo(Thread.class), "<init>"))
            .orShould()
            .accessTargetWhere(used("java.util.concurrent.Executors|java.util.concurrent.ForkJoinPool", ".*"));

    @ArchTest
    static final ArchRule CHANCE_IS_INJECTED = noClasses()
            .that(DECIDES)
            .should()
            .accessTargetWhere(used(assignableTo(Random.class), "<init>"))
            .orShould()
            .accessTargetWhere(used("java.util.concurrent.ThreadLocalRandom", "current"))
            .orShould()
            .accessTargetWhere(used("java.lang.Math", "random"))
            .orShould()
            .accessTargetWhere(used("java.util.UUID", "randomUUID"));

    @ArchTest
    static final ArchRule NO_BYTES_CHOOSE_A_CLASS = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("com.fasterxml.jackson.annotation.JsonTypeInfo")
            .orShould()
            .accessTargetWhere(used("com\\.fasterxml\\.jackson\\..*", "(activate|enable|set)?[dD]efaultTyping.*"))
            .orShould()
            .dependOnClassesThat(
                    resideInAnyPackage("com.fasterxml.jackson.databind.jsontype..", "org.yaml.snakeyaml.constructor.."))
            .orShould()
            .dependOnClassesThat(assignableTo(ObjectInput.class))
            .orShould()
            .dependOnClassesThat(assignableTo(ObjectOutput.class))
            .orShould()
            .dependOnClassesThat(assignableTo(XMLDecoder.class));

    // How the rooms are kept

    @ArchTest
    static void everyPackage_saysWhatItIs_andIsNullMarked(JavaClasses seen) {
        assertThat(seen.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .isNotEmpty()
                .allSatisfy(room -> assertThat(room.tryGetPackageInfo())
                        .as("package-info of " + room.getName())
                        .hasValueSatisfying(info -> assertThat(info.isAnnotatedWith(NullMarked.class))
                                .isTrue()));
    }

    @ArchTest
    static void typesArePackagePrivate_unlessAnotherRoomNeedsThem(JavaClasses seen) {
        // The contract is public by its nature.
        Map<Boolean, Long> byAccess = seen.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(not(resideInAPackage("io.qcmd.protocol..")))
                .collect(Collectors.partitioningBy(
                        type -> type.getModifiers().contains(JavaModifier.PUBLIC), Collectors.counting()));
        long all = byAccess.get(true) + byAccess.get(false);
        assertThat(100 * byAccess.get(false) / all)
                .as("%% of %d types outside the protocol that are package-private", all)
                .isGreaterThanOrEqualTo(45);
    }

    private static Inhabitants nobodyIn(String... rooms) {
        return strangers -> noClasses()
                .that()
                .resideInAnyPackage(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(strangers);
    }

    private static DescribedPredicate<JavaAccess<?>> used(String owner, String member) {
        return used(nameMatching(owner).forSubtype(), member);
    }

    // A call, a field, or a reference such as System::nanoTime.
    private static DescribedPredicate<JavaAccess<?>> used(DescribedPredicate<JavaClass> owner, String member) {
        return targetOwner(owner).and(target(nameMatching(member))).forSubtype();
    }

    private static DescribedPredicate<JavaClass> simpleName(Set<String> names) {
        return new DescribedPredicate<>("simple name in " + names) {
            @Override
            public boolean test(JavaClass type) {
                return names.contains(type.getSimpleName());
            }
        };
    }

    // A class with its nested ones, of whatever depth.
    private static DescribedPredicate<JavaClass> outermost(DescribedPredicate<JavaClass> predicate) {
        return new DescribedPredicate<>(predicate.getDescription() + " or inside of it") {
            @Override
            public boolean test(JavaClass type) {
                return predicate.test(type)
                        || type.getEnclosingClass().map(this::test).orElse(false);
            }
        };
    }

    private static ArchCondition<JavaClass> showNothingOf(String... packages) {
        DescribedPredicate<JavaClass> foreign = resideInAnyPackage(packages);
        return new ArchCondition<>("show nothing of " + List.of(packages)) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                shown(type)
                        .filter(foreign)
                        .forEach(seen -> events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " shows " + seen.getName())));
            }
        };
    }

    private static Stream<JavaClass> shown(JavaClass type) {
        Stream<JavaClass> ofUnits = type.getCodeUnits().stream()
                .filter(unit -> isVisible(unit.getModifiers()))
                .flatMap(unit -> unit.getAllInvolvedRawTypes().stream());
        Stream<JavaClass> ofFields = type.getFields().stream()
                .filter(field -> isVisible(field.getModifiers()))
                .flatMap(field -> field.getAllInvolvedRawTypes().stream());
        Stream<JavaClass> ofParents = type.getAllRawSuperclasses().stream();
        return Stream.of(ofUnits, ofFields, ofParents, type.getAllRawInterfaces().stream())
                .flatMap(types -> types);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    /** Those of whom a rule speaks. */
    private interface Inhabitants {
        ArchRule knows(String... strangers);
    }
}
