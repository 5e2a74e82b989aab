package io.qcmd.client.cli;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The signals of this process. A shutdown hook costs nothing and is enough to leave; but the JVM takes no second Ctrl-C once it is shutting down, so that who wants to
 * go on after one needs a handler: {@code sun.misc.Signal}, by reflection, as javac allows nobody to switch its warning off.
 */
final class JvmInterrupts implements Interrupts {
    private static final String TERMINAL = "/dev/tty";
    private static final int LONGEST_ANSWER = 80;

    @Override
    public ExitCode during(Supplier<ExitCode> work, Supplier<ExitCode> lastWords) {
        // In a hook the exit code is the signal's; halting is the only way to have our own.
        Thread hook = new Thread(() -> Runtime.getRuntime().halt(lastWords.get().code()), "qcmd-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException dying) {
            // The hook has begun and ends the process; whoever exits now waits for it.
            return;
        }
    }

    /** Without that class, or where Ctrl-C is ignored as under nohup, everything stays as it is. */
    @Override
    public Runnable takeCtrlC(Runnable instead) {
        try {
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    handlers.getClassLoader(), new Class<?>[] {handlers}, (proxy, method, arguments) -> {
                        instead.run();
                        return null;
                    });
            Object before = handle(handlers, handler);
            return () -> giveBack(handlers, before);
        } catch (ReflectiveOperationException without) {
            return () -> {};
        }
    }

    private static void giveBack(Class<?> handlers, Object before) {
        try {
            handle(handlers, before);
        } catch (ReflectiveOperationException without) {
            throw new IllegalStateException("was there before", without);
        }
    }

    private static Object handle(Class<?> handlers, Object handler) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Object signal = signals.getConstructor(String.class).newInstance("INT");
        return signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
    }

    @Override
    public @Nullable String ask(String question) {
        try (OutputStream out = new FileOutputStream(TERMINAL);
                InputStream in = new FileInputStream(TERMINAL)) {
            // On a line of its own: the terminal has shown ^C where the cursor was.
            out.write(("\n" + question).getBytes(StandardCharsets.US_ASCII));
            return line(in);
        } catch (IOException lost) {
            return null;
        }
    }

    /** Null: the terminal is closed. */
    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (line.length() < LONGEST_ANSWER) {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void leave() {
        System.exit(ExitCode.DETACHED.code());
    }
}
