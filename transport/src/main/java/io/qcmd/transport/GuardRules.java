package io.qcmd.transport;

import io.qcmd.protocol.Limits;
import io.rsocket.frame.FrameType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a guard lets through: who is at the other end, and how much of everything. An operator may lower the numbers.
 *
 * @param side who is at the other end
 * @param frameBytes the largest frame that comes in, without its 3 bytes of length
 * @param sentFrameBytes the largest frame that goes out: the peer's {@code frameBytes}
 * @param firstFrame how long SETUP may take from accept on
 * @param openStreams at once
 * @param requests new streams
 * @param streamDemand the largest demand that may be outstanding on a requestStream
 * @param channelDemand likewise on a requestChannel
 * @param outboundBytes how much may wait to be read by the peer
 * @param stall how long the peer may read nothing while something waits
 */
public record GuardRules(
        Side side,
        int frameBytes,
        int sentFrameBytes,
        Duration firstFrame,
        int openStreams,
        Pace requests,
        int streamDemand,
        int channelDemand,
        int outboundBytes,
        Duration stall) {

    /** Who is at the other end, seen from here. */
    public enum Side {
        AGENT_AT_BUS(EnumSet.of(
                FrameType.REQUEST_STREAM,
                FrameType.REQUEST_CHANNEL,
                FrameType.REQUEST_N,
                FrameType.CANCEL,
                FrameType.PAYLOAD,
                FrameType.ERROR)),
        CLIENT_AT_BUS(EnumSet.of(
                FrameType.REQUEST_RESPONSE, FrameType.REQUEST_STREAM, FrameType.REQUEST_N, FrameType.CANCEL)),
        BUS_AT_AGENT(EnumSet.of(FrameType.PAYLOAD, FrameType.ERROR, FrameType.REQUEST_N, FrameType.CANCEL)),
        BUS_AT_CLIENT(EnumSet.of(FrameType.PAYLOAD, FrameType.ERROR));

        private final Set<FrameType> onStreams;

        Side(Set<FrameType> onStreams) {
            this.onStreams = onStreams;
        }

        /** Whether the peer may send this on a stream. */
        boolean allows(FrameType type) {
            return onStreams.contains(type);
        }

        /** Whether the peer opens the streams, and says SETUP; the bus never does. */
        boolean asks() {
            return this == AGENT_AT_BUS || this == CLIENT_AT_BUS;
        }
    }

    static final int SETUP_BYTES = 8 * 1024;
    static final Pace KEEP_ALIVES = new Pace(2, 8);

    private static final Duration FIRST_FRAME = Duration.ofSeconds(5);
    private static final Duration STALL = Duration.ofSeconds(30);
    private static final int AGENT_OUTBOUND = 2 * 1024 * 1024;
    private static final int CLIENT_OUTBOUND = 4 * 1024 * 1024;
    private static final int CLIENT_STREAMS = 64;

    public GuardRules {
        if (frameBytes < SETUP_BYTES || sentFrameBytes < SETUP_BYTES || openStreams < 1) {
            throw new IllegalArgumentException("guard rules: frames of 8 KiB and one stream at least");
        }
        if (streamDemand < 1 || channelDemand < 1 || outboundBytes < 1) {
            throw new IllegalArgumentException("guard rules: demand and outbound bytes of 1 at least");
        }
        if (firstFrame.isNegative() || firstFrame.isZero() || stall.isNegative() || stall.isZero()) {
            throw new IllegalArgumentException("guard rules: times must be positive");
        }
    }

    /** The bus guards itself from an agent: one stream of commands, one channel of reports. */
    public static GuardRules agentAtBus() {
        return agent(Side.AGENT_AT_BUS, Limits.AGENT_FRAME, Limits.BUS_FRAME);
    }

    /** An agent guards itself from the bus. */
    public static GuardRules busAtAgent() {
        return agent(Side.BUS_AT_AGENT, Limits.BUS_FRAME, Limits.AGENT_FRAME);
    }

    /** The bus guards itself from a client. */
    public static GuardRules clientAtBus() {
        return client(Side.CLIENT_AT_BUS);
    }

    /** A client guards itself from the bus. */
    public static GuardRules busAtClient() {
        return client(Side.BUS_AT_CLIENT);
    }

    /** The same with another limit for what waits to be read by the peer. */
    public GuardRules withOutboundBytes(int bytes) {
        return new GuardRules(
                side,
                frameBytes,
                sentFrameBytes,
                firstFrame,
                openStreams,
                requests,
                streamDemand,
                channelDemand,
                bytes,
                stall);
    }

    private static GuardRules agent(Side side, int frameBytes, int sentFrameBytes) {
        // An agent opens its two streams once per session; the rest of the burst is for a stream that failed.
        return new GuardRules(
                side,
                frameBytes,
                sentFrameBytes,
                FIRST_FRAME,
                2,
                new Pace(1, 8),
                1,
                Limits.REPORT_DEMAND,
                AGENT_OUTBOUND,
                STALL);
    }

    private static GuardRules client(Side side) {
        return new GuardRules(
                side,
                Limits.CLIENT_FRAME,
                Limits.CLIENT_FRAME,
                FIRST_FRAME,
                CLIENT_STREAMS,
                new Pace(2_000, 2_000),
                Limits.CLIENT_DEMAND,
                Limits.CLIENT_DEMAND,
                CLIENT_OUTBOUND,
                STALL);
    }
}
