package io.qcmd.system;

import io.netty.util.internal.PlatformDependent;
import io.qcmd.transport.Leaks;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/**
 * Sits inside a server that a {@link House} started, from before its main on. A blocking call on a thread that must not block is told, and goes on: an error out of
 * the middle of a lock would leave that lock broken. So is a buffer told that nobody released. Whoever connects to its port is told how much memory is in use once the garbage is gone.
 */
public final class Watchman {
    private static final BlockingQueue<String> FOUND = new LinkedBlockingQueue<>();

    private Watchman() {}

    /** @param place of the files: {@code .found} for what is told, {@code .port} for its port */
    public static void premain(String place, Instrumentation jvm) throws IOException {
        BlockHound.builder()
                .loadIntegrations()
                .with(jvm)
                .with(new AllowedToBlock())
                .blockingMethodCallback(Watchman::found)
                .install();
        if (!Leaks.isWatching()) {
            throw new IllegalStateException("leak detection is not paranoid");
        }
        ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        start("watchman-writer", () -> tell(Path.of(place + ".found")));
        start("watchman", () -> answer(door));
        Path unfinished = Path.of(place + ".unfinished");
        Files.writeString(unfinished, String.valueOf(door.getLocalPort()));
        Files.move(unfinished, Path.of(place + ".port"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Another thread writes it down: this one must not block. */
    private static void found(BlockingMethod method) {
        BlockingOperationError error = new BlockingOperationError(method);
        FOUND.add("BLOCKED on " + Thread.currentThread().getName() + ": " + method + "\n"
                + Arrays.stream(error.getStackTrace())
                        .map(frame -> "    at " + frame)
                        .collect(Collectors.joining("\n")));
    }

    private static void tell(Path file) throws IOException, InterruptedException {
        while (true) {
            Files.writeString(file, FOUND.take() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static void answer(ServerSocket door) throws IOException {
        while (true) {
            try (Socket caller = door.accept()) {
                Leaks.found().forEach(leak -> FOUND.add("LEAKED " + leak));
                caller.getOutputStream().write(String.valueOf(memory()).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** Bytes of heap and of direct buffers. */
    private static long memory() {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return heap + direct + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        FOUND.add("FAILED " + name + ": " + e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}
