package io.qcmd.system;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Return.Captured;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.WireCodec.Size;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one target costs in bytes made and read: its message, and the frame that brings a small result home. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class WireCodecBenchmark {
    private static final JobId JOB = JobId.parse("01JZ8QK5T0RM3XD4VK7Q2ABCDE");
    private static final Captured LINE = new Captured(64, 64, Bytes.wrap(new byte[32]));

    private final WireCodec agent = WireCodec.cbor(Size.SMALL);
    private final WireCodec bus = WireCodec.cbor(Size.LARGE);
    private final Message message = new Message(JOB, Command.shell("uname -n"));
    private final List<Report> reports = List.of(
            new Output(JOB, Output.Stream.STDOUT, 0, Bytes.wrap(new byte[64])),
            new Report.Done(new Return(JOB, TargetState.SUCCEEDED, 0, 3, LINE, Captured.NONE, 0, null)));
    private final byte[] messageBytes = bus.encode(message);
    private final byte[] reportBytes = agent.encodeReports(reports);

    @Benchmark
    public byte[] encodeMessage() {
        return bus.encode(message);
    }

    @Benchmark
    public Message decodeMessage() {
        return bus.decode(messageBytes, Message.class);
    }

    @Benchmark
    public byte[] encodeReports() {
        return agent.encodeReports(reports);
    }

    @Benchmark
    public List<Report> decodeReports() {
        return agent.decodeReports(reportBytes);
    }
}
