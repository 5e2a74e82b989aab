package io.qcmd.client.local;

import java.io.IOException;

/** The line is over, and we know why. */
final class Over extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Ending how;

    private Over(Ending how, String message) {
        super(message);
        this.how = how;
    }

    /** The bus sent what a client must not take, or reads nothing; the rules are those of the frame guard. */
    static Over brokenRule(String what) {
        return new Over(new Ending.Lost(), what);
    }

    static Over notConnected(String reason) {
        return new Over(new Ending.Unreachable(reason), reason);
    }

    /** What the bus says as it closes. Whatever is not its own words, such as rsocket's, is a connection that broke. */
    static Over said(String text) {
        return new Over(text.startsWith("{") ? new Ending.Told(text) : new Ending.Lost(), text);
    }

    Ending how() {
        return how;
    }
}
