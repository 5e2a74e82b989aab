package io.qcmd.protocol;

import java.util.List;

/** Answers to a ping in order of arrival, at most 256 a page; the silent ones come last. */
public record PingPage(List<Pong> pongs) {
    /** The round trip of one minion in microseconds; -1: it is down or did not answer. */
    public record Pong(MinionId minion, long micros) {}

    public PingPage {
        pongs = List.copyOf(pongs);
    }
}
