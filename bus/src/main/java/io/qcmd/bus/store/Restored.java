package io.qcmd.bus.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is the store now.
 *
 * @param interrupted targets that had no fate in it: nobody knows what became of them since
 * @param aside where the database that was there before is kept; null: there was none
 */
public record Restored(
        StoreReport report, long interrupted, @Nullable Path aside) {}
