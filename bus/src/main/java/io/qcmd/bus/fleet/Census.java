package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionInfo.Presence;
import java.util.Collection;

/**
 * How many minions there are of each kind; the rest is DOWN.
 *
 * @param up connected and controllable
 * @param uncontrollable left out of runs
 */
public record Census(int up, int uncontrollable) {
    static Census of(Collection<Member> members, long now) {
        int up = 0;
        int uncontrollable = 0;
        for (Member member : members) {
            Presence presence = member.presence(now);
            up += presence == Presence.UP ? 1 : 0;
            uncontrollable += presence == Presence.UNCONTROLLABLE ? 1 : 0;
        }
        return new Census(up, uncontrollable);
    }
}
