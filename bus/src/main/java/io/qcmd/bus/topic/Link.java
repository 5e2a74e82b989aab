package io.qcmd.bus.topic;

import io.qcmd.protocol.Control;
import java.util.concurrent.Executor;

/** The session at the other end of a hand-off, as far as the heart needs it. Called within a turn of a Topic, so both must return at once; thread-safe. */
public interface Link {
    /** Puts something on the control lane. */
    void send(Control control);

    /** Where its frames are written: what is sent from there is handed to no other thread. */
    Executor loop();

    /** Ends the session, and with it its stream of messages. */
    void close(String reason);
}
