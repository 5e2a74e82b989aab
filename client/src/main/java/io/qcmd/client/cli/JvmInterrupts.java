package io.qcmd.client.cli;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
        return take("INT", instead);
    }

    @Override
    public Runnable takeStops(Runnable before, Runnable after) {
        Stops stops = new Stops(before, after);
        stops.take();
        Runnable deaf = take("CONT", after);
        return () -> {
            stops.giveBack.run();
            deaf.run();
        };
    }

    /** Ctrl-Z. What it does by default is asked for and not done here: the kernel stops nobody whom no shell could wake. */
    private static final class Stops {
        private final Runnable before;
        private final Runnable after;
        private volatile Runnable giveBack = () -> {};

        Stops(Runnable before, Runnable after) {
            this.before = before;
            this.after = after;
        }

        void take() {
            giveBack = JvmInterrupts.take("TSTP", this::pressed);
        }

        private void pressed() {
            before.run();
            giveBack.run();
            stopByDefault();
            take();
            after.run();
        }
    }

    private static Runnable take(String signal, Runnable instead) {
        try {
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    handlers.getClassLoader(), new Class<?>[] {handlers}, (proxy, method, arguments) -> {
                        instead.run();
                        return null;
                    });
            Object before = handle(signal, handlers, handler);
            return () -> giveBack(signal, handlers, before);
        } catch (ReflectiveOperationException without) {
            return () -> {};
        }
    }

    private static void giveBack(String signal, Class<?> handlers, Object before) {
        try {
            handle(signal, handlers, before);
        } catch (ReflectiveOperationException without) {
            throw new IllegalStateException("was there before", without);
        }
    }

    private static Object handle(String name, Class<?> handlers, Object handler) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Object signal = signals.getConstructor(String.class).newInstance(name);
        return signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
    }

    /** A JVM raises only what it handles itself. */
    private static void stopByDefault() {
        String kill = "kill -TSTP " + ProcessHandle.current().pid();
        try {
            Process shell = new ProcessBuilder("sh", "-c", kill).start();
            shell.onExit().join();
        } catch (IOException withoutShell) {
            throw new UncheckedIOException(withoutShell);
        }
    }

    @Override
    public Keyboard keyboard() {
        return new TerminalKeyboard();
    }

    @Override
    public @Nullable String ask(String question) {
        String settings = Stty.ofTheProcess().run("-a");
        if (settings != null && settings.contains("-icanon")) {
            // Another program takes it key by key: the pager of "qcmd ... | less".
            return null;
        }
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
