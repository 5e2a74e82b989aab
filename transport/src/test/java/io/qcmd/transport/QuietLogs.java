package io.qcmd.transport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Violations and internal errors are what most tests here make on purpose. */
final class QuietLogs {
    private QuietLogs() {}

    static void set() {
        logger(Violations.class).setLevel(Level.OFF);
        logger(Errors.class).setLevel(Level.OFF);
    }

    static Logger logger(Class<?> type) {
        return (Logger) LoggerFactory.getLogger(type);
    }
}
