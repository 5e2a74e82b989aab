package io.qcmd.protocol;

/** Whether a command was started on its minion. {@link #NO} is proved, never guessed. */
public enum Executed {
    YES,
    NO,
    UNKNOWN
}
