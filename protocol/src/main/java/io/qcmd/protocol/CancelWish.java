package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How a cancel is to be done, and why. Values that break a rule: BAD_REQUEST.
 *
 * @param reason as that of a {@link Remark}
 * @param killAfterMillis when KILL follows TERM where the command runs, 0: KILL at once; null: after {@code kill_grace} of its agent, which is also the longest
 */
public record CancelWish(String reason, @Nullable Long killAfterMillis) {
    public static final CancelWish PLAIN = new CancelWish("", null);

    public CancelWish {
        Remark.checkReason(reason);
        if (killAfterMillis != null && killAfterMillis < 0) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "kill after " + killAfterMillis + " ms: use 0 ms or more");
        }
    }

    public CancelWish withReason(String text) {
        return new CancelWish(text, killAfterMillis);
    }

    public CancelWish withKillAfterMillis(long millis) {
        return new CancelWish(reason, millis);
    }

    /** Both together: the shorter of their times, so that what came later tightens and never loosens, and the reason that was given last. */
    public CancelWish after(@Nullable CancelWish earlier) {
        if (earlier == null) {
            return this;
        }
        return new CancelWish(
                reason.isEmpty() ? earlier.reason : reason, shorter(killAfterMillis, earlier.killAfterMillis));
    }

    private static @Nullable Long shorter(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.min(one, other);
    }
}
