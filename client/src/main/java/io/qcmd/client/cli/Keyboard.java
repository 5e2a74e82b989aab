package io.qcmd.client.cli;

/** A terminal key by key: what is pressed comes at once, and is not shown. Any thread. */
interface Keyboard {
    /** Where nobody can press anything. */
    Keyboard NONE = new Keyboard() {};

    /** Takes the terminal, where that is possible now; whether it is ours. May be called as often as one likes. */
    default boolean take() {
        return false;
    }

    /** The next key; -1: none was pressed, or the terminal is not ours. Never waits. */
    default int next() {
        return -1;
    }

    /** The terminal is as it was, until the next {@link #take}. */
    default void giveBack() {}

    /** The terminal is as it was, and nobody takes it before {@link #goOn}: this process is about to be stopped. */
    default void stop() {}

    /** This process was stopped, and whoever used the terminal meanwhile may have left it in any state. */
    default void goOn() {}

    /** The terminal is as it was, for good. */
    default void close() {}
}
