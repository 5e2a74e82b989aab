package io.qcmd.bus.topic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Work for many sessions, each where its frames are written: from there nothing is handed from thread to thread. */
public final class Loops {
    /** Between two chunks a loop reads what has come meanwhile. */
    private static final int CHUNK = 64;

    private Loops() {}

    /** Does it with all of them, soon, those of one loop in their order; the loops themselves in the order of their first ones, so that a simulation can repeat it. */
    public static <T> void each(List<T> all, Function<T, Executor> loop, Consumer<T> action) {
        Map<Executor, List<T>> chunks = new LinkedHashMap<>();
        for (T one : all) {
            Executor where = loop.apply(one);
            List<T> chunk = chunks.computeIfAbsent(where, same -> new ArrayList<>());
            chunk.add(one);
            if (chunk.size() == CHUNK) {
                chunks.remove(where);
                execute(where, chunk, action);
            }
        }
        chunks.forEach((where, chunk) -> execute(where, chunk, action));
    }

    private static <T> void execute(Executor loop, List<T> chunk, Consumer<T> action) {
        try {
            loop.execute(() -> chunk.forEach(action));
        } catch (RejectedExecutionException stopped) {
            // The doors are closed: the sessions are ending, and take nothing any more.
            chunk.forEach(action);
        }
    }
}
