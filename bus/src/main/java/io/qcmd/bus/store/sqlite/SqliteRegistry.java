package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The registry over writer and readers. */
final class SqliteRegistry implements Registry {
    private final Writer writer;
    private final Readers readers;

    SqliteRegistry(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public Mono<Void> enrol(MinionId minion, long at, AuditRecord audit) {
        return writer.request(transaction -> {
            MinionTable.insert(transaction, minion, at);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Mono<Void> remove(MinionId minion, AuditRecord audit) {
        return writer.request(transaction -> {
            MinionTable.remove(transaction, minion);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Flux<MinionRecord> minions() {
        return readers.read(MinionTable::all).flatMapIterable(minions -> minions);
    }

    @Override
    public Mono<Void> sessionOpened(MinionId minion, SessionRecord session) {
        return writer.request(transaction -> {
            MinionTable.open(transaction, minion, session);
            return null;
        });
    }

    @Override
    public Mono<Void> sessionEnded(MinionId minion, SessionRecord session, long at) {
        return writer.fact(transaction -> {
            MinionTable.end(transaction, minion, session, at);
            return null;
        });
    }

    @Override
    public Mono<Void> sessionsEnded(long at) {
        return writer.fact(transaction -> {
            MinionTable.endAll(transaction, at);
            return null;
        });
    }

    @Override
    public Mono<Void> quarantine(List<MinionId> minions, @Nullable Uncontrollable word, AuditRecord audit) {
        return writer.request(transaction -> {
            MinionTable.quarantine(transaction, minions, word);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Mono<Void> label(List<MinionId> minions, Labels.Change change, AuditRecord audit) {
        return writer.request(transaction -> {
            MinionTable.label(transaction, minions, change);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Mono<Void> setGroup(Group group, AuditRecord audit) {
        return writer.request(transaction -> {
            GroupTable.set(transaction, group);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Mono<Void> removeGroup(String name, AuditRecord audit) {
        return writer.request(transaction -> {
            GroupTable.remove(transaction, name);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Flux<Group> groups() {
        return readers.read(GroupTable::all).flatMapIterable(groups -> groups);
    }
}
