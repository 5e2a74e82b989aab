package io.qcmd.bus.store;

import io.qcmd.protocol.TargetState;

/**
 * When a target took the steps before its end. Bus time in milliseconds; 0: it did not, or nobody knows.
 *
 * @param since 0: from its release on its steps were seen; else when a bus that started took it up from the disk: what came before is not known
 * @param offers how often it was emitted; each time but the first after a broken link
 * @param offeredAt the last time
 * @param goAt when that offer got GO, which answers its READY in the same turn
 * @param startedAt when STARTED came; agents tell the start of a short command only with its end
 */
public record Steps(long since, int offers, long offeredAt, long goAt, long startedAt) {
    public static final Steps NONE = new Steps(0, 0, 0, 0, 0);

    /** Of a target that a bus took up when it started. */
    public static Steps since(long start) {
        return new Steps(start, 0, 0, 0, 0);
    }

    /** With the step into this state. A new offer takes the GO of an older one away, which was void. */
    public Steps to(TargetState next, long now) {
        return switch (next) {
            case OFFERED -> new Steps(since, offers + 1, now, 0, 0);
            case ACCEPTED -> new Steps(since, offers, offeredAt, now, 0);
            case RUNNING -> new Steps(since, offers, offeredAt, goAt, now);
            default -> this;
        };
    }
}
