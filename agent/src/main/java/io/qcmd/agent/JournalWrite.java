package io.qcmd.agent;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way to the disk.
 *
 * @param record null: the end of all writes
 * @param promise who waits for it; null: nobody, it is lazy
 */
record JournalWrite(
        @Nullable JournalRecord record, @Nullable CompletableFuture<Void> promise) {
    boolean isOf(byte type) {
        return record != null && record.type() == type;
    }

    void complete() {
        if (promise != null) {
            promise.complete(null);
        }
    }

    void fail(Throwable error) {
        if (promise != null) {
            promise.completeExceptionally(error);
        }
    }
}
