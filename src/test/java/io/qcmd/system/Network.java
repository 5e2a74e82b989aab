package io.qcmd.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A network namespace with a loopback of its own, on which packets get lost: each packet of TCP, in either direction, with the same probability. Needs root, nft,
 * nsenter, unshare and ip. It is gone with the process that made it, whatever ends that. Not thread-safe.
 */
final class Network implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final String CHAIN = "inet faults in";
    private static final String COUNTER = "inet faults lost";
    private static final Pattern COUNTED = Pattern.compile("packets (\\d+)");

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
            network.nft("add table inet faults; add counter " + COUNTER + "; add chain " + CHAIN
                    + " { type filter hook input priority 0; }");
            return network;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why there can be none here; empty: there can. Asks this host alone: a mistake in what is done with a network must not look as if there was none. */
    static Optional<String> missing() {
        try {
            Process probe = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "sh",
                            "-c",
                            "command -v nsenter && ip link set lo up && nft add table inet probe")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return probe.onExit().join().exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("no network of its own here: " + said.strip());
        } catch (IOException e) {
            return Optional.of("no network of its own here: " + e.getMessage());
        }
    }

    /** The words before those of a program that is to be started in it; the program has the pid. */
    List<String> inside() {
        return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net");
    }

    /** From now on so many of 100 packets are lost, 0 to 100. */
    void lose(int percent) {
        String which = percent == 100 ? "" : "numgen random mod 100 < " + percent;
        String rule =
                percent == 0 ? "" : "; add rule " + CHAIN + " meta l4proto tcp " + which + " counter name lost drop";
        nft("flush chain " + CHAIN + rule);
    }

    /** How many packets were lost here so far: none, and nothing was tried on this network. */
    long lost() {
        String said = nft("list counter " + COUNTER);
        Matcher counted = COUNTED.matcher(said);
        if (!counted.find()) {
            throw new IllegalStateException("nft tells no count of packets: " + said);
        }
        return Long.parseLong(counted.group(1));
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }

    private String nft(String rules) {
        try {
            List<String> words = new ArrayList<>(
                    Stream.concat(inside().stream(), Stream.of("nft", rules)).toList());
            Process nft = new ProcessBuilder(words).redirectErrorStream(true).start();
            if (!nft.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                nft.destroyForcibly();
                throw new IOException("nft '" + rules + "': not done after " + PATIENCE_SECONDS + " s");
            }
            String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (nft.exitValue() != 0) {
                throw new IOException("nft '" + rules + "': " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nft '" + rules + "': interrupted", e);
        }
    }
}
