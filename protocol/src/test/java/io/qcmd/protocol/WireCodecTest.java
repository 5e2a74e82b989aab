package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.qcmd.protocol.Samples.Sample;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireCodecTest {
    private static final WireCodec CBOR = WireCodec.cbor(WireCodec.Size.LARGE);
    private static final WireCodec JSON = WireCodec.json(WireCodec.Size.LARGE);

    @ParameterizedTest
    @MethodSource("samples")
    void everyMessage_readsAsItself_inBothFormats(Sample sample) {
        assertThat(sample.read(CBOR, sample.write(CBOR))).isEqualTo(sample.message());
        assertThat(sample.read(JSON, sample.write(JSON))).isEqualTo(sample.message());
    }

    @Test
    void aFrame_keepsTheOrderOfItsReports() {
        List<Report> reports = ofType(Report.class);
        assertThat(CBOR.decodeReports(CBOR.encodeReports(reports))).isEqualTo(reports);
    }

    @Test
    void aFrame_keepsTheOrderOfItsControls() {
        List<Control> controls = ofType(Control.class);
        assertThat(CBOR.decodeControls(CBOR.encodeControls(controls))).isEqualTo(controls);
    }

    @Test
    void anEmptyFrame_isAnEmptyList() {
        assertThat(CBOR.decodeReports(CBOR.encodeReports(List.of()))).isEmpty();
    }

    @Test
    void aFrame_holds1024Reports_andNotOneMore() {
        List<Report> most = Collections.nCopies(Limits.FRAME_MESSAGES, new Report.Pong(7));
        assertThat(CBOR.decodeReports(CBOR.encodeReports(most))).hasSize(1_024);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CBOR.encodeReports(Collections.nCopies(1_025, new Report.Pong(7))))
                .withMessageContaining("1025")
                .withMessageContaining("1024");
    }

    @Test
    void theLargestCommand_fitsAFrameToAnAgent() {
        assertThat(CBOR.encode(new Message(Samples.JOB, largest("\u0001")))).hasSizeLessThan(Limits.BUS_FRAME);
    }

    @Test
    void theLargestCommand_fitsAFrameOfAClient_evenAsJsonOfControlCharacters() {
        Submit submit = new Submit("r", Selection.of(Target.ALL), largest("\u0001"), null);
        assertThat(JSON.decode(JSON.encode(submit), Submit.class)).isEqualTo(submit);
    }

    @Test
    void theLargestPieceOfOutput_fitsAFrameOfAnAgent() {
        Output output = new Output(Samples.JOB, Output.Stream.STDOUT, 0, Bytes.wrap(new byte[Limits.CHUNK]));
        byte[] frame = CBOR.encodeReports(List.of(output));
        assertThat(WireCodec.cbor(WireCodec.Size.SMALL).decodeReports(frame)).containsExactly(output);
    }

    @Test
    void aFullPageOfEntries_fitsAFrameOfAnAgent() {
        List<Hello.Entry> entries = Collections.nCopies(Limits.HELLO_PAGE, new Hello.Entry(Samples.JOB, true));
        Hello hello = new Hello("e", Long.MAX_VALUE, "b", "i", "v", Map.of(), Map.of(), entries, true);
        byte[] frame = CBOR.encodeReports(List.of(hello));
        assertThat(WireCodec.cbor(WireCodec.Size.SMALL).decodeReports(frame)).containsExactly(hello);
    }

    @Test
    void equalMessages_haveEqualBytes_whateverTheOrderOfTheirMaps() {
        Command forth = Command.shell("true").withEnvironment(Map.of("A", "1", "B", "2", "C", "3"));
        Command back = Command.shell("true").withEnvironment(Map.of("C", "3", "B", "2", "A", "1"));
        assertThat(CBOR.encode(forth)).isEqualTo(CBOR.encode(back));
    }

    @Test
    void bytes_areBase64InJson_andAByteStringInCbor() {
        Command command = Command.shell("cat").withStdin(Bytes.wrap(new byte[] {-1, -2, -3}));
        assertThat(new String(JSON.encode(command), StandardCharsets.UTF_8)).contains("\"stdin\":\"//79\"");
        assertThat(CBOR.encode(command)).containsSequence(0x65, 's', 't', 'd', 'i', 'n', 0x43, 0xff, 0xfe, 0xfd);
    }

    @Test
    void aCodeOfANewerBus_readsAsInternal() {
        String newer = "{\"code\":\"OUT_OF_COFFEE\",\"message\":\"m\",\"hint\":\"h\",\"retryAfterMillis\":0}";
        assertThat(JSON.decode(newer.getBytes(StandardCharsets.UTF_8), WireError.class)
                        .code())
                .isEqualTo(ErrorCode.INTERNAL);
    }

    private static Command largest(String character) {
        String word = character.repeat(Limits.WORD);
        return Command.script(Bytes.wrap(new byte[Limits.SCRIPT]), List.of(word, word))
                .withStdin(Bytes.wrap(new byte[Limits.STDIN]))
                .withEnvironment(Map.of("A", character.repeat(Limits.ENVIRONMENT - 3)))
                .withCwd("/" + "漢".repeat(4_094));
    }

    private static List<Sample> samples() {
        return Samples.ALL;
    }

    private static <T> List<T> ofType(Class<T> type) {
        return Samples.ALL.stream()
                .map(Sample::message)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
