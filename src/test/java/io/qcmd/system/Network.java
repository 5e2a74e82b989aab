package io.qcmd.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A network namespace with a loopback of its own, on which packets get lost: each packet of TCP, in either direction, with the same probability. Needs root, nft,
 * nsenter, unshare and ip. It is gone with the process that made it, whatever ends that. Not thread-safe.
 */
final class Network implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final String CHAIN = "inet faults in";

    private final Process holder;

    private Network(Process holder) {
        this.holder = holder;
    }

    static Network open() {
        try {
            // A namespace lives as long as a process in it; this one ends when its stdin does.
            Process holder = new ProcessBuilder(
                            "unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec cat")
                    .redirectErrorStream(true)
                    .start();
            Network network = new Network(holder);
            BufferedReader said = holder.inputReader(StandardCharsets.UTF_8);
            String first = said.readLine();
            if (!"ready".equals(first)) {
                network.close();
                throw new IOException("no network namespace: " + first);
            }
            network.filter("add table inet faults; add chain " + CHAIN + " { type filter hook input priority 0; }");
            return network;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why there can be none here; empty: there can. */
    static Optional<String> missing() {
        try (Network network = open()) {
            network.lose(1);
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of("no network of its own here: " + e.getCause().getMessage());
        }
    }

    /** The words before those of a program that is to be started in it; the program has the pid. */
    List<String> inside() {
        return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net");
    }

    /** From now on so many of 100 packets are lost, 0 to 100. */
    void lose(int percent) {
        String which = percent == 100 ? "" : "numgen random mod 100 < " + percent;
        String rule = percent == 0 ? "" : "; add rule " + CHAIN + " meta l4proto tcp " + which + " drop";
        filter("flush chain " + CHAIN + rule);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }

    private void filter(String rules) {
        try {
            List<String> words = new ArrayList<>(
                    Stream.concat(inside().stream(), Stream.of("nft", rules)).toList());
            Process nft = new ProcessBuilder(words).redirectErrorStream(true).start();
            if (!nft.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                nft.destroyForcibly();
                throw new IOException("nft '" + rules + "': not done after " + PATIENCE_SECONDS + " s");
            }
            if (nft.exitValue() != 0) {
                String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                throw new IOException("nft '" + rules + "': " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
