package io.qcmd.bus.store.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** One write on its way: what it does, and who waits for it. Owned by the writer's thread once it is taken from the {@link Inbox}. */
final class Write<T> {
    private final boolean refusable;
    private final Action<T> action;
    private final MonoSink<T> waiting;
    private @Nullable T answer;
    private @Nullable RuntimeException refusal;

    /** What a write does within a transaction. What may fail comes first in it: a write that is refused has left nothing behind. */
    interface Action<T> {
        @Nullable
        T apply(Transaction transaction) throws SQLException;
    }

    /**
     * @param refusable whether somebody asks for it, who can be told to come back; what has happened already must be kept
     */
    Write(boolean refusable, Action<T> action, MonoSink<T> waiting) {
        this.refusable = refusable;
        this.action = action;
        this.waiting = waiting;
    }

    boolean isRefusable() {
        return refusable;
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
