package io.qcmd.bus.fleet;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.bus.topic.Channel;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.ChannelInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.PingPage.Pong;
import io.qcmd.protocol.PingQuery;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.PreviewQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Who is enrolled and who is present. One session per minion: a newcomer is refused while the one before answers a PING, else it takes its place. Thread-safe.
 */
public final class Fleet {
    private static final Logger log = LoggerFactory.getLogger(Fleet.class);

    /** How long a live session has to prove that a newcomer is a clone. */
    private static final Duration CLONE_CHECK = Duration.ofSeconds(2);
    /** Minions that are pinged at a time. */
    private static final int PINGS = 256;

    private final Map<MinionId, Member> members = new ConcurrentHashMap<>();
    private final Registry registry;
    private final Topics topics;
    private final AtomicLong enrolments = new AtomicLong();
    private final TargetResolver resolver;
    private final Selector selector;
    private final int mostTargets;
    private final PresenceSettings presence;
    private final Clock clock;
    private final Scheduler timers;
    private volatile Listed listed = new Listed(0, Roster.EMPTY);

    /** The roster after so many enrolments and removals. */
    private record Listed(long enrolments, Roster roster) {}

    /**
     * @param mostTargets minions of one job, {@code targets_per_job}
     * @param random draws samples
     */
    public Fleet(
            Registry registry,
            Topics topics,
            TargetResolver resolver,
            int mostTargets,
            PresenceSettings presence,
            Clock clock,
            Random random,
            Scheduler timers) {
        this.registry = registry;
        this.topics = topics;
        this.resolver = resolver;
        this.selector = new Selector(resolver, minion -> uncontrollable(minion).orElse(null), random);
        this.mostTargets = mostTargets;
        this.presence = presence;
        this.clock = clock;
        this.timers = timers;
    }

    /** Takes up what the registry holds, each minion with its Topic; once, before any door opens. */
    public Mono<Long> load() {
        return registry.minions().doOnNext(this::add).count();
    }

    /**
     * Lets an agent in: enrols it on first contact, and refuses it when another one of that name is alive.
     *
     * @param mayEnrol whether a stranger is enrolled; else FORBIDDEN
     */
    public Mono<Void> admit(MinionId minion, String from, boolean mayEnrol) {
        return Mono.defer(() -> {
            Member member = members.get(minion);
            if (member != null) {
                return refuseClone(member, from);
            }
            return mayEnrol ? enrol(minion, from) : Mono.error(notEnrolled(minion));
        });
    }

    private Mono<Void> enrol(MinionId minion, String from) {
        long now = clock.millis();
        return registry.enrol(minion, now, new AuditRecord(now, from, "ENROL", minion.value(), "first contact"))
                // Enrolled by an earlier contact that did not live to see it.
                .onErrorComplete(IllegalStateException.class)
                .then(Mono.fromRunnable(() -> add(MinionRecord.enrolled(minion, now))));
    }

    /** An agent that comes again has closed its old connection, so that nobody answers there: who is turned away is another one. */
    private Mono<Void> refuseClone(Member member, String from) {
        Session before = member.maybeAlive();
        if (before == null) {
            return Mono.empty();
        }
        return before.ping()
                .timeout(CLONE_CHECK, Mono.empty(), timers)
                .hasElement()
                .doOnNext(alive -> member.answered(before, alive))
                .flatMap(alive -> alive ? Mono.error(clone(member, from)) : Mono.empty());
    }

    private static QcmdException clone(Member member, String from) {
        log.warn(
                "minion {}: a second agent of that name, from {}, was turned away: the first one is connected and alive",
                member.id(),
                from);
        return new QcmdException(
                ErrorCode.FORBIDDEN,
                "minion '" + member.id() + "': another agent of that name is connected and alive",
                "stop one of the two, or give it another name in agent.yaml");
    }

    /** The journal epoch that the latest HELLO told; empty: there was none. */
    public Optional<String> epoch(MinionId minion) {
        return Optional.ofNullable(member(minion).hello()).map(SessionRecord::epoch);
    }

    /**
     * Passes, or fails with JOURNAL_OUTDATED: more records of this epoch were told before, so that the agent's disk is an older copy of itself, and proves nothing.
     *
     * @param journaled the records that HELLO tells of
     */
    public void checkJournal(MinionId minion, String epoch, long journaled) {
        if (member(minion).knowsMoreThan(epoch, journaled)) {
            log.warn("minion {}: its disk is an older copy of itself; it has to begin a new epoch", minion);
            throw new QcmdException(
                    ErrorCode.JOURNAL_OUTDATED,
                    "minion '" + minion + "': journal of " + journaled + " records; it has told of more before");
        }
    }

    /** The journal of a live session has grown. */
    public void journaled(MinionId minion, long records) {
        member(minion).journaled(records);
    }

    /**
     * A session says HELLO: no older one can be opened any more. The live one, which has to be closed first; empty: none. Fails with FORBIDDEN when that one came
     * about while this one was on its way in, and answers a PING.
     */
    public Mono<Session> arrived(MinionId minion, Session session) {
        return Mono.defer(() -> {
            Member member = member(minion);
            return refuseClone(member, "its HELLO").then(Mono.fromSupplier(() -> member.arrived(session)));
        });
    }

    /** Whether no newer session has said HELLO since, and it has not ended. */
    public boolean isNewest(MinionId minion, Session session) {
        return member(minion).isNewest(session);
    }

    /** HELLO is reconciled: on disk before the first offer. Fails with FORBIDDEN when a newer session has arrived, or this one has ended meanwhile. */
    public Mono<Void> opened(MinionId minion, Session session, SessionRecord told) {
        return registry.sessionOpened(minion, told).then(Mono.fromRunnable(() -> {
            if (!member(minion).opened(session, told)) {
                throw new QcmdException(
                        ErrorCode.FORBIDDEN, "minion '" + minion + "': a newer session took the place of this one");
            }
        }));
    }

    /** A session ended; completes when that is on disk. Of one that is not the live one: nothing. */
    public Mono<Void> closed(MinionId minion, Session session) {
        long now = clock.millis();
        SessionRecord told = member(minion).closed(session, now);
        return told == null ? Mono.empty() : registry.sessionEnded(minion, told, now);
    }

    /** The live session; empty: DOWN. */
    public Optional<Session> session(MinionId minion) {
        return Optional.ofNullable(members.get(minion)).map(Member::session);
    }

    /** Sessions of which no end is recorded ended by then, with the bus that they were of; completes when that is on disk. */
    public Mono<Void> endedWithTheirBus(long at) {
        return registry.sessionsEnded(at);
    }

    /** Whether it had a session at any time since then, as the registry knew when the bus started. */
    public boolean liveSince(MinionId minion, long time) {
        Member member = members.get(minion);
        return member != null && member.stored().liveSince(time);
    }

    /** Why this minion is on the list that is left out of runs; empty: it is not, or is not enrolled. */
    public Optional<Uncontrollable> uncontrollable(MinionId minion) {
        return Optional.ofNullable(members.get(minion)).map(member -> member.uncontrollable(clock.millis()));
    }

    /** Whom a selection means, for a job; none: NO_MINIONS_MATCHED, more than a job may have: LIMIT_EXCEEDED. */
    public Resolution resolve(Selection selection) {
        return limited(selection, "No job was created.");
    }

    /** Whom a target means, the uncontrollable among them, for a change of what is known of them; none: NO_MINIONS_MATCHED, more than a job may have: LIMIT_EXCEEDED. */
    List<MinionId> named(Target target) {
        Selection selection = Selection.of(target).withUncontrollable(Selection.WhenUncontrollable.QUEUE);
        return limited(selection, "Nothing was changed.").minions();
    }

    private Resolution limited(Selection selection, String otherwise) {
        Resolution resolution = some(selection, otherwise);
        if (resolution.minions().size() > mostTargets) {
            String rule = String.format(Locale.ROOT, "matches more than %,d minions", mostTargets);
            throw Terms.exceeded(selection.target().expression(), rule);
        }
        return resolution;
    }

    /** Of a list of minions those that are enrolled still, and what the rule leaves of them; maybe nobody. */
    public Resolution among(Collection<MinionId> list, Selection.WhenUncontrollable how) {
        return selector.among(list, how, roster());
    }

    /** What is known of a minion; empty: it is not enrolled. */
    public Optional<MinionInfo> find(MinionId minion) {
        return Optional.ofNullable(members.get(minion)).map(this::info);
    }

    /** What is known of the minions that are meant, in order of id; all of a fleet without minions is nothing, and no error. */
    public Flux<MinionInfo> list(MinionQuery query) {
        return Flux.defer(() -> members.isEmpty() && query.selection().equals(Selection.of(Target.ALL))
                        ? Flux.<MinionId>empty()
                        : Flux.fromIterable(all(query.selection()).minions()))
                .mapNotNull(members::get)
                .map(this::info)
                .filter(info -> query.state() == null || info.presence() == query.state());
    }

    /** Whom a selection means right now. A sample is drawn anew each time. */
    public Flux<PreviewPage> preview(PreviewQuery query) {
        return Flux.defer(() -> {
            Resolution resolution = selector.select(query.selection(), roster());
            return Flux.fromStream(() -> resolution.pages(Limits.PAGE_ROWS));
        });
    }

    /** The round trips of these minions as they come, the uncontrollable among them; the silent ones come last. */
    public Flux<Pong> ping(PingQuery query) {
        Duration patience = Duration.ofMillis(query.timeoutMillis());
        return Flux.defer(() -> Flux.fromIterable(all(query.selection()).minions()))
                .flatMap(minion -> ping(minion, patience), PINGS);
    }

    private Mono<Pong> ping(MinionId minion, Duration patience) {
        Pong silent = new Pong(minion, -1);
        return Mono.justOrEmpty(session(minion))
                .flatMap(Session::ping)
                .map(took -> new Pong(minion, took.toNanos() / 1_000))
                .timeout(patience, Mono.just(silent), timers)
                .defaultIfEmpty(silent);
    }

    public int known() {
        return members.size();
    }

    /** Connected and controllable. */
    public int up() {
        return census().up();
    }

    /** Walks over all of them. */
    public Census census() {
        return Census.of(members.values(), clock.millis());
    }

    private MinionInfo info(Member member) {
        long now = clock.millis();
        @Nullable SessionRecord told = member.hello();
        @Nullable Uncontrollable why = member.uncontrollable(now);
        Channel channel = topics.topic(member.id()).channel();
        return new MinionInfo(
                member.id(),
                member.presence(why),
                why,
                why == null ? member.since() : why.since(),
                member.lastSeen(),
                member.enrolledAt(),
                told == null ? "" : told.version(),
                told == null ? Map.of() : told.labels(),
                told == null ? Map.of() : told.facts(),
                member.given(),
                member.health(),
                member.clones(),
                new ChannelInfo(
                        channel.queued(), channel.capacity(), channel.slot(), channel.dropped(), channel.expired()));
    }

    /** With the uncontrollable: what changes nothing at a minion is for all of them. */
    private Resolution all(Selection selection) {
        return some(selection.withUncontrollable(Selection.WhenUncontrollable.QUEUE), "");
    }

    /** @param otherwise what does not come about if there is nobody */
    private Resolution some(Selection selection, String otherwise) {
        Roster roster = roster();
        Resolution resolution = selector.select(selection, roster);
        if (resolution.minions().isEmpty()) {
            throw resolver.noMatch(selection.target(), roster, up(), Discarded.of(resolution.discarded()), otherwise);
        }
        return resolution;
    }

    /** Made anew after an enrolment or a removal only: a job for one minion must not cost a walk over all. */
    private Roster roster() {
        long now = enrolments.get();
        Listed known = listed;
        if (known.enrolments() != now) {
            known = new Listed(
                    now,
                    new Roster(members.values().stream()
                            .sorted(Comparator.comparing(Member::id))
                            .toList()));
            listed = known;
        }
        return known.roster();
    }

    private void add(MinionRecord minion) {
        Channel channel = topics.open(minion.id()).channel();
        if (minion.quarantine() != null) {
            channel.pause();
        }
        // As of now nobody of them has a session, and those that had one before the bus started get time to come back.
        members.putIfAbsent(minion.id(), new Member(minion, presence, clock.millis()));
        enrolments.incrementAndGet();
    }

    /** A minion that no session is opened of any more. Not enrolled: MINION_NOT_FOUND; connected: BAD_REQUEST. */
    Member retired(MinionId minion) {
        Member member = members.get(minion);
        if (member == null) {
            throw new QcmdException(ErrorCode.MINION_NOT_FOUND, "minion '" + minion + "' is not enrolled");
        }
        if (!member.retire()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "minion '" + minion + "' is connected; only who is gone can be forgotten",
                    "stop its agent first");
        }
        return member;
    }

    /** Its Topic stays, and what waits there expires. Of a fleet that knows it no more it gets nothing new. */
    void forget(Member member) {
        members.remove(member.id(), member);
        enrolments.incrementAndGet();
        topics.topic(member.id()).channel().resume();
    }

    Collection<Member> members() {
        return members.values();
    }

    /** An enrolled minion; else FORBIDDEN. */
    Member member(MinionId minion) {
        Member member = members.get(minion);
        if (member == null) {
            throw notEnrolled(minion);
        }
        return member;
    }

    private static QcmdException notEnrolled(MinionId minion) {
        return new QcmdException(ErrorCode.FORBIDDEN, "minion '" + minion + "' is not enrolled");
    }
}
