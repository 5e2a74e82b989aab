package io.qcmd.protocol.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What happens once, when its instant has come for the n-th time; told on stderr before. Thread-safe.
 *
 * @param n 1 and more
 * @param hits how often the instant came
 */
record Fault(String point, Action action, int n, AtomicInteger hits) {
    private static final Duration DELAY = Duration.ofSeconds(2);
    private static final int KILLED = 137;

    enum Action {
        /** As by kill -9. */
        KILL,
        /** As by kill -STOP, until somebody sends CONT. */
        STOP,
        /** An error that nobody expects. */
        THROW,
        /** The thread waits for 2 s. */
        DELAY
    }

    /** Null: nothing is to happen. Anything that is not {@code NAME:action:n}: IllegalArgumentException. */
    static @Nullable Fault parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || !parts[2].matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    "qcmd.failpoint '" + text + "': use NAME:kill|stop|throw|delay:n, n from 1");
        }
        Action action = Action.valueOf(parts[1].toUpperCase(Locale.ROOT));
        return new Fault(parts[0], action, Integer.parseInt(parts[2]), new AtomicInteger());
    }

    void at(FailPoint instant) {
        if (instant.toString().equals(point) && hits.incrementAndGet() == n) {
            System.err.println("failpoint " + this);
            happen();
        }
    }

    private void happen() {
        try {
            switch (action) {
                case KILL -> Runtime.getRuntime().halt(KILLED);
                case STOP -> stop();
                case THROW -> throw new IllegalStateException("failpoint " + this);
                case DELAY -> Thread.sleep(DELAY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("failpoint " + this, e);
        }
    }

    private static void stop() throws IOException, InterruptedException {
        String self = String.valueOf(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-STOP", self).start().waitFor();
    }

    @Override
    public String toString() {
        return point + ":" + action.name().toLowerCase(Locale.ROOT) + ":" + n;
    }
}
