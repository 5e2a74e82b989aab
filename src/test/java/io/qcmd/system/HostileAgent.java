package io.qcmd.system;

import static io.qcmd.transport.RawFrames.REQUEST_CHANNEL;
import static io.qcmd.transport.RawFrames.REQUEST_STREAM;
import static io.qcmd.transport.RawFrames.agentSetup;
import static io.qcmd.transport.RawFrames.next;
import static io.qcmd.transport.RawFrames.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.StartedJob;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.HostileClient;
import io.qcmd.transport.RawFrames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an agent says frame by frame, as far as it is an honest one. */
final class HostileAgent {
    static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.SMALL);

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final byte[] HELLO = CODEC.encodeReports(
            List.of(new Hello("epoch", 0, "boot", "instance", "test", Map.of(), Map.of(), List.of(), true)));

    private HostileAgent() {}

    /** An agent like any other until now: its HELLO is answered, also right behind a session of the same name, and it may send reports. */
    static HostileClient greeted(House house, String minion) throws IOException {
        HostileClient hostile = new HostileClient(house.agentPort()).send(agentSetup(minion));
        hostile.send(RawFrames.with(request(1, REQUEST_CHANNEL, 256, "reports"), HELLO));
        assertThat(heard(hostile)).contains(RawFrames.PAYLOAD);
        return hostile;
    }

    /** Takes a command as an honest agent does, up to its GO. */
    static StartedJob granted(House house, HostileClient hostile, String minion) throws IOException {
        hostile.send(request(3, REQUEST_STREAM, 1, "commands"));
        StartedJob started = House.answer(house.run(minion).shell("true").start());
        JobId job = started.accepted().job();
        awaitPayload(hostile, 3);
        hostile.send(report(new Report.Ready(job)));
        assertThat(CODEC.decodeControls(awaitPayload(hostile, 1)))
                .anyMatch(
                        control -> control instanceof Control.Go go && go.job().equals(job));
        return started;
    }

    static byte[] output(JobId job, long offset, int size) {
        return report(new Output(job, Output.Stream.STDOUT, offset, Bytes.utf8("x".repeat(size))));
    }

    static byte[] report(Report report) {
        return next(1, CODEC.encodeReports(List.of(report)));
    }

    static byte[] awaitPayload(HostileClient hostile, int stream) throws IOException {
        while (true) {
            byte[] frame = hostile.read(SOON).orElseThrow();
            if (frame[3] == stream && (frame[4] & 0xFF) >> 2 == RawFrames.PAYLOAD) {
                return Arrays.copyOfRange(frame, 6, frame.length);
            }
        }
    }

    /** The types of all frames up to the first payload, or to the end. */
    private static List<Integer> heard(HostileClient hostile) throws IOException {
        List<Integer> types = new ArrayList<>();
        while (!types.contains(RawFrames.PAYLOAD)) {
            Optional<byte[]> frame = hostile.read(SOON);
            if (frame.isEmpty()) {
                return types;
            }
            types.add((frame.get()[4] & 0xFF) >> 2);
        }
        return types;
    }
}
