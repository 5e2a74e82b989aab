package io.qcmd.simulation;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.WireCodec;
import java.util.List;

/** What is in the frames of agents. */
final class Wires {
    private static final WireCodec SMALL = WireCodec.cbor(WireCodec.Size.SMALL);
    private static final WireCodec LARGE = WireCodec.cbor(WireCodec.Size.LARGE);

    private Wires() {}

    static List<Control> controls(byte[] frame) {
        return LARGE.decodeControls(frame);
    }

    static byte[] encoded(List<Control> controls) {
        return SMALL.encodeControls(controls);
    }

    static List<Report> reports(byte[] frame) {
        return SMALL.decodeReports(frame);
    }

    static Message message(byte[] frame) {
        return LARGE.decode(frame, Message.class);
    }
}
