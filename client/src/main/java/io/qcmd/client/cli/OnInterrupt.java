package io.qcmd.client.cli;

/** What Ctrl-C means for a job that is watched. SIGTERM and SIGHUP always detach: a lost terminal kills nothing. */
enum OnInterrupt {
    /** Whoever sits at the terminal is asked; without a terminal as DETACH. */
    ASK,
    /** The job goes on. */
    DETACH,
    /** The job is cancelled, and watched to its end. */
    CANCEL
}
