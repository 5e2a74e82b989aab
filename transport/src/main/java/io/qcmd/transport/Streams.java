package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.rsocket.frame.FrameType;

/**
 * The open streams of one connection, and the rules that need to know them. Frames that come in are judged on the event loop, frames that go out are told by any
 * thread: one lock, held for a few instructions. Streams of both sides are the same here: what counts is who asked, and which half is open.
 */
final class Streams {
    /** Frames for closed streams that nothing explains, in the life of a connection. */
    static final int LATE_UNEXPLAINED = 100;

    private static final int LATE_MOST = 1 << 16;

    private final GuardRules rules;
    private final IntObjectMap<Stream> open = new IntObjectHashMap<>(2);
    private final StreamIds ids = new StreamIds();
    private long requestPace;
    private int lateLeft = LATE_UNEXPLAINED;

    Streams(GuardRules rules, long now) {
        this.rules = rules;
        this.requestPace = now;
    }

    /** A well-formed frame of a type that the side allows, on a stream. */
    synchronized Verdict received(int id, FrameType type, ByteBuf frame, long now) {
        if (type.isRequestType()) {
            return opened(id, type, frame, now);
        }
        Stream stream = open.get(id);
        if (stream == null) {
            return ids.isUsed(id) ? late() : Verdict.close(Violation.STREAM_UNKNOWN);
        }
        return switch (type) {
            case REQUEST_N -> demanded(stream, Frames.requestN(frame));
            case CANCEL -> cancelled(id, stream);
            case PAYLOAD -> carried(id, stream, frame);
            default -> failed(id, stream);
        };
    }

    /** A frame that is about to be sent on a stream. */
    synchronized void sent(int id, FrameType type, ByteBuf frame) {
        if (type.isRequestType()) {
            if (ids.use(id)) {
                open.put(id, asked(type, frame));
            }
            return;
        }
        Stream stream = open.get(id);
        if (stream == null) {
            return;
        }
        switch (type) {
            case REQUEST_N -> stream.expect(Frames.requestN(frame));
            case PAYLOAD -> {
                stream.send(Frames.isNext(frame));
                if (Frames.isComplete(frame) || stream.type == FrameType.REQUEST_RESPONSE) {
                    stream.sending = false;
                    ended(id, stream);
                }
            }
            case CANCEL -> {
                stream.receiving = false;
                stream.sending &= rules.side().asks();
                ended(id, stream);
            }
            case ERROR -> {
                stream.close();
                ended(id, stream);
            }
            default -> {}
        }
    }

    synchronized int count() {
        return open.size();
    }

    private Verdict opened(int id, FrameType type, ByteBuf frame, long now) {
        if (!ids.use(id)) {
            return Verdict.close(Violation.STREAM_ID);
        }
        int demand = type == FrameType.REQUEST_RESPONSE ? 1 : Frames.requestN(frame);
        if (demand < 1 || demand > mostDemand(type)) {
            return Verdict.close(Violation.DEMAND);
        }
        if (open.size() >= rules.openStreams() || isSecondOfAnAgent(type)) {
            return tooMuch(type, Violation.STREAM_COUNT);
        }
        long next = rules.requests().next(requestPace, now);
        if (next == requestPace) {
            return tooMuch(type, Violation.REQUEST_RATE);
        }
        requestPace = next;
        open.put(id, new Stream(type, demand, 0, true, type == FrameType.REQUEST_CHANNEL && !Frames.isComplete(frame)));
        return Verdict.PASS;
    }

    private boolean isSecondOfAnAgent(FrameType type) {
        if (rules.side() != GuardRules.Side.AGENT_AT_BUS) {
            return false;
        }
        return open.values().stream().anyMatch(stream -> stream.type == type);
    }

    /** A client learns that it is too fast; an agent has no reason to be. */
    private Verdict tooMuch(FrameType type, Violation reason) {
        if (rules.side() != GuardRules.Side.CLIENT_AT_BUS) {
            return Verdict.close(reason);
        }
        expectLate(0, type);
        return Verdict.BUSY;
    }

    private Verdict demanded(Stream stream, int n) {
        if (stream.type == FrameType.REQUEST_RESPONSE || isNeverFromAsked(stream)) {
            return Verdict.close(Violation.FRAME_TYPE);
        }
        if (n < 1) {
            return Verdict.close(Violation.DEMAND);
        }
        if (!stream.sending) {
            return late();
        }
        if (n > mostDemand(stream.type) - stream.demand) {
            return Verdict.close(Violation.DEMAND);
        }
        stream.demand += n;
        return Verdict.PASS;
    }

    private Verdict cancelled(int id, Stream stream) {
        if (isNeverFromAsked(stream)) {
            return Verdict.close(Violation.FRAME_TYPE);
        }
        if (rules.side().asks()) {
            stream.close();
        } else if (stream.sending) {
            stream.sending = false;
        } else {
            return late();
        }
        removeIfOver(id, stream);
        return Verdict.PASS;
    }

    private Verdict carried(int id, Stream stream, ByteBuf frame) {
        if (isNeverFromAsking(stream)) {
            return Verdict.close(Violation.FRAME_TYPE);
        }
        if (!stream.receiving) {
            return late();
        }
        if (Frames.isNext(frame) && !stream.take()) {
            return Verdict.close(Violation.CREDIT);
        }
        if (Frames.isComplete(frame) || stream.type == FrameType.REQUEST_RESPONSE) {
            stream.receiving = false;
            removeIfOver(id, stream);
        }
        return Verdict.PASS;
    }

    private Verdict failed(int id, Stream stream) {
        if (isNeverFromAsking(stream)) {
            return Verdict.close(Violation.FRAME_TYPE);
        }
        stream.close();
        removeIfOver(id, stream);
        return Verdict.PASS;
    }

    /** Only on a channel may the side that asked also send. */
    private boolean isNeverFromAsking(Stream stream) {
        return rules.side().asks() && stream.type != FrameType.REQUEST_CHANNEL;
    }

    /** Only on a channel may the side that was asked also request and cancel. */
    private boolean isNeverFromAsked(Stream stream) {
        return !rules.side().asks() && stream.type != FrameType.REQUEST_CHANNEL;
    }

    private Stream asked(FrameType type, ByteBuf frame) {
        int credit = type == FrameType.REQUEST_RESPONSE ? 1 : Frames.requestN(frame);
        return new Stream(type, 0, credit, type == FrameType.REQUEST_CHANNEL && !Frames.isComplete(frame), true);
    }

    private int mostDemand(FrameType type) {
        return type == FrameType.REQUEST_CHANNEL ? rules.channelDemand() : rules.streamDemand();
    }

    private Verdict late() {
        lateLeft--;
        return lateLeft < 0 ? Verdict.close(Violation.STREAM_CLOSED) : Verdict.DROP;
    }

    // We ended it, or one half of it. What the peer sent before it knew is no offence: what it had credit for, a
    // REQUEST_N for
    // each message of ours, and its own end.
    private void ended(int id, Stream stream) {
        expectLate(stream.credit, stream.type);
        removeIfOver(id, stream);
    }

    private void expectLate(int credit, FrameType type) {
        lateLeft = (int) Math.min(LATE_MOST, (long) lateLeft + credit + mostDemand(type) + 2);
    }

    private void removeIfOver(int id, Stream stream) {
        if (!stream.sending && !stream.receiving) {
            open.remove(id);
        }
    }

    /** One open stream. */
    private static final class Stream {
        private final FrameType type;
        /** How many messages the peer waits for. */
        private int demand;
        /** How many messages the peer may send. */
        private int credit;
        /** Whether we may send messages. */
        private boolean sending;
        /** Whether the peer may send messages. */
        private boolean receiving;

        private Stream(FrameType type, int demand, int credit, boolean sending, boolean receiving) {
            this.type = type;
            this.demand = demand;
            this.credit = credit;
            this.sending = sending;
            this.receiving = receiving;
        }

        private void send(boolean next) {
            if (next && demand > 0) {
                demand--;
            }
        }

        private void expect(int n) {
            credit = (int) Math.min(Integer.MAX_VALUE, (long) credit + n);
        }

        /** An unbounded credit stays one. */
        private boolean take() {
            if (credit == 0) {
                return false;
            }
            credit -= credit == Integer.MAX_VALUE ? 0 : 1;
            return true;
        }

        private void close() {
            sending = false;
            receiving = false;
        }
    }
}
