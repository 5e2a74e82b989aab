package io.qcmd.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** What the product logs as an error while a simulation runs on this thread: it hides no broken promise by catching it. */
final class Complaints {
    private static final ThreadLocal<Consumer<String>> LISTENER = new ThreadLocal<>();
    /** What a full disk makes an agent say. */
    private static final String EXPECTED = "journal";

    static {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Ear ear = new Ear();
        ear.setContext(root.getLoggerContext());
        ear.start();
        for (String name : new String[] {"io.qcmd", "reactor"}) {
            Logger logger = root.getLoggerContext().getLogger(name);
            logger.setLevel(Level.ERROR);
            logger.addAppender(ear);
            logger.setAdditive(false);
        }
    }

    private static final class Ear extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            Consumer<String> listener = LISTENER.get();
            if (listener != null && !event.getMessage().contains(EXPECTED)) {
                listener.accept(event.getLoggerName() + ": " + event.getFormattedMessage());
            }
        }
    }

    private Complaints() {}

    /** From now on, on this thread. */
    static void hear(Consumer<String> listener) {
        LISTENER.set(listener);
    }

    static void ignore() {
        LISTENER.remove();
    }
}
