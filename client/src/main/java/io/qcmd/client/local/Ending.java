package io.qcmd.client.local;

/** How the answers to a question end. */
public sealed interface Ending {
    /** There are no more. */
    record Complete() implements Ending {}

    /** The bus refused, in its own words. */
    record Told(String text) implements Ending {}

    /** No connection could be made, so the question was never sent; the reason is the system's. */
    record Unreachable(String reason) implements Ending {}

    /** The connection broke: nobody knows what the bus made of the question. */
    record Lost() implements Ending {}
}
