package io.qcmd.bus.store.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** One write on its way: what it does, and who waits for it. Owned by the writer's thread once it is taken from the {@link Inbox}. */
final class Write<T> {
    private final Kind kind;
    private final Action<T> action;
    private final MonoSink<T> waiting;
    private @Nullable T answer;
    private @Nullable RuntimeException refusal;

    /** Who wants it, and so what becomes of it when it cannot be done now. */
    enum Kind {
        /** Somebody asks for it, who can be told to come back. */
        REQUEST,
        /** It has happened already and must be kept. */
        FACT,
        /** It can as well be done later: alone in its transaction, so that no other write fails with it. */
        CHORE
    }

    /** What a write does within a transaction. What may fail comes first in it: a write that is refused has left nothing behind. */
    interface Action<T> {
        @Nullable
        T apply(Transaction transaction) throws SQLException;
    }

    Write(Kind kind, Action<T> action, MonoSink<T> waiting) {
        this.kind = kind;
        this.action = action;
        this.waiting = waiting;
    }

    Kind kind() {
        return kind;
    }

    /** Does it; may be called again in a later transaction. Only what concerns the whole transaction is thrown. */
    void apply(Transaction transaction) throws SQLException {
        answer = null;
        refusal = null;
        try {
            answer = action.apply(transaction);
        } catch (SQLException e) {
            if (Failure.of(e) != Failure.ROW) {
                throw e;
            }
            refusal = new IllegalStateException("store: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            refusal = e;
        }
    }

    /** It is durable, or it was refused. */
    void complete() {
        if (refusal != null) {
            waiting.error(refusal);
        } else {
            waiting.success(answer);
        }
    }

    void fail(Throwable why) {
        waiting.error(why);
    }
}
