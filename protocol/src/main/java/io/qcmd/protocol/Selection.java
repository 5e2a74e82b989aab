package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Whom a request means: a target expression, and what is taken away from it, in the order of these fields. Names that were asked for and are not meant in the
 * end come back as {@link Discarded}, with the reason.
 *
 * @param exclude whom it does not mean, also an expression; null: nobody
 * @param uncontrollable what happens to minions on the uncontrollable list
 * @param sample only so many of them, chosen at random; null: all
 * @param limit only the first so many in order of id, 1 and more; null: all
 */
public record Selection(
        Target target,
        @Nullable Target exclude,
        WhenUncontrollable uncontrollable,
        @Nullable Sample sample,
        @Nullable Integer limit) {

    /** What becomes of minions on the uncontrollable list. */
    public enum WhenUncontrollable {
        /** They are left out, and reported. */
        FILTER,
        /** One of them, and there is no job. */
        FAIL,
        /** They are targets like all others, and wait in their Channels. */
        QUEUE
    }

    /**
     * A random part of the minions, one at least.
     *
     * @param amount 1 and more; percent: 1 to 100
     */
    public record Sample(int amount, boolean percent) {
        public Sample {
            if (amount < 1 || percent && amount > 100) {
                throw new QcmdException(
                        ErrorCode.BAD_REQUEST,
                        "sample " + amount + (percent ? "%" : "") + ": use a number from 1, or 1% to 100%");
            }
        }

        /** How many of {@code all} that is, rounded up. */
        public int of(int all) {
            return percent ? (int) ((long) all * amount + 99) / 100 : Math.min(all, amount);
        }

        @Override
        public String toString() {
            return percent ? amount + "%" : String.valueOf(amount);
        }
    }

    public Selection {
        if (limit != null && limit < 1) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "limit " + limit + ": use 1 or more");
        }
    }

    /** All that the expression names, without the uncontrollable. */
    public static Selection of(Target target) {
        return new Selection(target, null, WhenUncontrollable.FILTER, null, null);
    }

    public Selection withExclude(Target whom) {
        return new Selection(target, whom, uncontrollable, sample, limit);
    }

    public Selection withUncontrollable(WhenUncontrollable what) {
        return new Selection(target, exclude, what, sample, limit);
    }

    public Selection withSample(Sample part) {
        return new Selection(target, exclude, uncontrollable, part, limit);
    }

    public Selection withLimit(int most) {
        return new Selection(target, exclude, uncontrollable, sample, most);
    }
}
