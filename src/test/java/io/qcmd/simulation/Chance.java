package io.qcmd.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** All that is random in a simulation: it comes from the seed, in the order in which it is asked for. */
public final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Another source, which depends on the seed alone and not on how much is asked of this one later. */
    Chance another() {
        return new Chance(random.nextLong());
    }

    /** With this probability, 0 to 1. */
    public boolean is(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** Both ends included. */
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Any time up to this one; short ones are more likely. */
    public Duration upTo(Duration most) {
        double part = random.nextDouble();
        return Duration.ofNanos((long) (most.toNanos() * part * part));
    }

    /** Between two lengths, whichever is likely. */
    public Duration between(Duration least, Duration most) {
        return least.plusNanos(random.nextLong(most.minus(least).toNanos() + 1));
    }

    <T> T oneOf(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** For those who take a {@link Random}. */
    public Random asRandom() {
        return new Random(random.nextLong());
    }

    public SplittableRandom split() {
        return random.split();
    }
}
