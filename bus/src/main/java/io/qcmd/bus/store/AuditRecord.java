package io.qcmd.bus.store;

/**
 * Who did what. Written in the transaction of what it tells of.
 *
 * @param at bus time in milliseconds
 * @param actor who, as the door knows it: {@code uid 0 (pid 4711)}
 * @param action a word: SUBMIT, REDO, RETRY, CANCEL, ENROL, QUARANTINE, RELEASE, LABEL, REMOVE, DENIED, UNKNOWN_ENTRY, CALLBACK_REFUSED
 * @param object what it was done to: a job or minion id, a target expression, a route
 * @param text details for people, at most 1,024 characters
 */
public record AuditRecord(long at, String actor, String action, String object, String text) {
    private static final int LONGEST = 1_024;

    public AuditRecord {
        text = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
