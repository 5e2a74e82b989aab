package io.qcmd.protocol;

/**
 * Puts minions on the uncontrollable list, or takes them off it. Only an operator ends what an operator began. While it lasts nothing is offered to them; what
 * waits in their Channels goes on to wait and expires.
 *
 * @param on true: quarantine; false: release
 * @param reason for people, at most 1,024 characters; may be empty
 */
public record Quarantine(Target target, boolean on, String reason) {
    public Quarantine {
        reason = Unicode.cut(reason, Limits.REASON);
    }
}
