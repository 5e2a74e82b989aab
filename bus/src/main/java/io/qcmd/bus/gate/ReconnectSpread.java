package io.qcmd.bus.gate;

import java.util.function.IntSupplier;

/**
 * Over how long all agents together come back, were this bus to end. A fleet that comes in for the first time grows while its agents say HELLO: the first of them
 * know of a small one, and would all be back at once. They are told again when it has become another.
 *
 * @param agents who is enrolled, and not only who is back already
 * @param perSecond {@code reconnects_per_second}
 */
record ReconnectSpread(IntSupplier agents, int perSecond) {
    /** Agents take a second of their own for their first try. */
    private static final long LEAST_NEWS_MILLIS = 1_000;

    private static final int NEWS_PART = 8;

    long millis() {
        return agents.getAsInt() * 1_000L / perSecond;
    }

    /** Whether it is so much more or less than what an agent was told that it has to hear of it. */
    static boolean isNews(long millis, long told) {
        return Math.abs(millis - told) > Math.max(LEAST_NEWS_MILLIS, told / NEWS_PART);
    }
}
