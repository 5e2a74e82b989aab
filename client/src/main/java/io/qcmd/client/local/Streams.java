package io.qcmd.client.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open streams of one line, and the rules for what the bus may send on them. One thread. */
final class Streams {
    private final Outbound out;
    private final Map<Integer, Stream> open = new HashMap<>();
    private int lastId = -1;

    /** One open stream. */
    private static final class Stream {
        private final Answers answers;
        private final boolean single;
        /** How many answers may still come. */
        private long credit;

        private Stream(Answers answers, boolean single, long credit) {
            this.answers = answers;
            this.single = single;
            this.credit = credit;
        }
    }

    Streams(Outbound out) {
        this.out = out;
    }

    /** Asks for one answer; the id of the stream. */
    int askOne(String route, byte[] data, Answers answers) throws Over {
        int id = put(new Stream(answers, true, 1));
        out.add(Frames.requestResponse(id, route, data));
        return id;
    }

    /** Asks for many answers, of which {@code n} may come now; the id of the stream. */
    int askMany(String route, byte[] data, int n, Answers answers) throws Over {
        int id = put(new Stream(answers, false, n));
        out.add(Frames.requestStream(id, route, data, n));
        return id;
    }

    void request(int id, int n) throws Over {
        Stream stream = open.get(id);
        if (stream != null && !stream.single) {
            stream.credit += n;
            out.add(Frames.requestN(id, n));
        }
    }

    void cancel(int id) throws Over {
        if (open.remove(id) != null) {
            out.add(Frames.cancel(id));
        }
    }

    /** All of them end like this. */
    void end(Ending how) {
        List<Stream> all = List.copyOf(open.values());
        open.clear();
        all.forEach(stream -> stream.answers.ended(how));
    }

    /** One frame, without its length. What breaks a rule is thrown, and tells nobody anything. */
    void received(ByteBuffer frame) throws Over {
        int id = frame.getInt();
        int header = frame.getShort() & 0xFFFF;
        int type = header >>> Frames.TYPE_SHIFT;
        if (type == Frames.KEEPALIVE && id == 0) {
            keepAlive(header, frame);
        } else if (type == Frames.ERROR && id >= 0) {
            error(id, frame);
        } else if (type == Frames.PAYLOAD && id > 0) {
            payload(id, header, frame);
        } else {
            throw Over.brokenRule("a frame of type " + type + " on stream " + id);
        }
    }

    private int put(Stream stream) throws Over {
        if (lastId == Integer.MAX_VALUE) {
            throw Over.brokenRule("no stream ids are left");
        }
        lastId += 2;
        open.put(lastId, stream);
        return lastId;
    }

    private void keepAlive(int header, ByteBuffer frame) throws Over {
        check(frame.remaining() == Long.BYTES, "a KEEPALIVE with data");
        if ((header & Frames.RESPOND) != 0) {
            out.add(Frames.keepAlive(false));
        }
    }

    private void error(int id, ByteBuffer frame) throws Over {
        check(frame.remaining() >= Integer.BYTES, "an ERROR without a code");
        frame.getInt();
        String text = StandardCharsets.UTF_8.decode(frame).toString();
        if (id == 0) {
            throw Over.said(text);
        }
        Stream stream = find(id);
        if (stream != null) {
            open.remove(id);
            stream.answers.ended(new Ending.Told(text));
        }
    }

    private void payload(int id, int header, ByteBuffer frame) throws Over {
        boolean next = (header & Frames.NEXT) != 0;
        boolean complete = (header & Frames.COMPLETE) != 0;
        check((header & Frames.FOLLOWS) == 0, "a fragment");
        check(next || complete, "a PAYLOAD that says nothing");
        skipMetadata(header, frame);
        Stream stream = find(id);
        if (stream == null) {
            return;
        }
        if (next) {
            check(stream.credit > 0, "more answers than were asked for");
            stream.credit--;
            byte[] data = new byte[frame.remaining()];
            frame.get(data);
            stream.answers.next(data);
        }
        if (complete || stream.single) {
            open.remove(id);
            stream.answers.ended(new Ending.Complete());
        }
    }

    private static void skipMetadata(int header, ByteBuffer frame) throws Over {
        if ((header & Frames.METADATA) == 0) {
            return;
        }
        check(frame.remaining() >= Frames.LENGTH, "metadata without a length");
        int length = (frame.get() & 0xFF) << 16 | (frame.getShort() & 0xFFFF);
        check(length <= frame.remaining(), "metadata longer than its frame");
        frame.position(frame.position() + length);
    }

    /** Null for one that is over: its last frames may have crossed our cancel. */
    private @Nullable Stream find(int id) throws Over {
        check(id <= lastId && id % 2 == 1, "a frame for a stream that was never opened");
        return open.get(id);
    }

    private static void check(boolean holds, String otherwise) throws Over {
        if (!holds) {
            throw Over.brokenRule(otherwise);
        }
    }
}
