package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.WireCodec.Size;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whatever a stranger sends is refused with a {@link QcmdException}, or is a message that reads as itself again. Inputs:
 * resources/io/qcmd/system/WireCodecFuzzTestInputs, one directory per test. JAZZER_FUZZ=1 searches for new ones.
 */
class WireCodecFuzzTest {
    private static final WireCodec AGENT = WireCodec.cbor(Size.SMALL);
    private static final WireCodec CBOR = WireCodec.cbor(Size.LARGE);
    private static final WireCodec JSON = WireCodec.json(Size.LARGE);

    /** What a client may send or be sent; an input's first byte says which. */
    private static final List<Class<?>> TYPES = Stream.concat(
                    Arrays.stream(Route.values())
                            .filter(route -> route.role() == Setup.Role.CLIENT)
                            .flatMap(route -> Stream.<Class<?>>of(route.request(), route.answer())),
                    Stream.of(Setup.class, Message.class))
            .distinct()
            .toList();

    @FuzzTest
    void reports(byte[] frame) {
        try {
            List<Report> reports = AGENT.decodeReports(frame);
            assertThat(AGENT.decodeReports(AGENT.encodeReports(reports))).isEqualTo(reports);
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    @FuzzTest
    void controls(byte[] frame) {
        try {
            List<Control> controls = CBOR.decodeControls(frame);
            assertThat(CBOR.decodeControls(CBOR.encodeControls(controls))).isEqualTo(controls);
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    @FuzzTest
    void clientsInCbor(byte[] typeAndMessage) {
        readAsItself(CBOR, typeAndMessage);
    }

    @FuzzTest
    void clientsInJson(byte[] typeAndMessage) {
        readAsItself(JSON, typeAndMessage);
    }

    private static void readAsItself(WireCodec codec, byte[] typeAndMessage) {
        if (typeAndMessage.length == 0) {
            return;
        }
        Class<?> type = TYPES.get(Byte.toUnsignedInt(typeAndMessage[0]) % TYPES.size());
        try {
            Object message = codec.decode(Arrays.copyOfRange(typeAndMessage, 1, typeAndMessage.length), type);
            assertThat(codec.decode(codec.encode(message), type)).isEqualTo(message);
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }
}
