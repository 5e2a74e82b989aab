package io.qcmd.simulation;

import java.time.Duration;

/** Whether it is bad right now: asked wherever something may break. */
final class Weather {
    private final Chance chance;
    private final Storm storm;
    private boolean calm;

    Weather(Chance chance) {
        this.chance = chance;
        this.storm = Storm.of(chance.another());
    }

    Storm storm() {
        return storm;
    }

    boolean isCalm() {
        return calm;
    }

    /** From now on nothing breaks. */
    void calms() {
        calm = true;
    }

    boolean cutsHere() {
        return !calm && chance.is(storm.cutPerFrame());
    }

    boolean crashesBusHere() {
        return !calm && chance.is(storm.busCrashPerStep());
    }

    boolean crashesAgentHere() {
        return !calm && chance.is(storm.agentCrashPerStep());
    }

    boolean failsFsyncHere() {
        return !calm && chance.is(storm.fsyncFailure());
    }

    /** For how long what was sent may still arrive after a cut; nothing of it, as often as not. */
    Duration grace() {
        return chance.is(0.5) ? Duration.ZERO : chance.upTo(storm.latency().multipliedBy(2));
    }

    /** How long until an end notices that there is nobody at the other one. */
    Duration untilNoticed() {
        return chance.upTo(Duration.ofSeconds(chance.is(0.2) ? 30 : 1));
    }

    Duration untilNextBlow() {
        return chance.upTo(storm.pace().multipliedBy(2));
    }

    Duration latency() {
        return chance.upTo(storm.latency());
    }
}
