package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import io.qcmd.protocol.WireCodec.Size;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that are made to hurt: each is refused with a {@link QcmdException}, at the cost of about its own size. */
class WireCodecHostileTest {
    private static final WireCodec JSON = WireCodec.json(Size.LARGE);
    private static final WireCodec CBOR = WireCodec.cbor(Size.LARGE);
    private static final WireCodec AGENT = WireCodec.cbor(Size.SMALL);
    /** A group draft named g, up to the text of its target. */
    private static final String DRAFT_IN_CBOR = "a2646e616d65616766746172676574";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(ints = {17, 100_000})
    @Tag("A29")
    void deepJson_isRefused(int depth) {
        refuseJson("{\"limit\":".repeat(depth) + "1" + "}".repeat(depth), Few.class);
        refuseJson("[".repeat(depth) + "]".repeat(depth), Few.class);
        refuseJson("{\"limit\":" + "[".repeat(depth), Few.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 100_000})
    @Tag("A29")
    void deepCbor_isRefused(int depth) {
        refuse(AGENT, repeated("81", depth), Few.class);
        refuse(AGENT, repeated("9f", depth), Few.class);
        refuse(AGENT, repeated("a16161", depth / 3), Few.class);
        refuseReports(repeated("9f", depth));
        refuseReports(joined(hex("82"), tag("started"), repeated("a1636a6f62", depth / 5)));
        refuseReports(repeated("c1", depth));
    }

    @Test
    @Tag("A29")
    void moreKeysThanTokens_areRefused() {
        String keys = IntStream.range(0, 1_000_000)
                .mapToObj(i -> "\"k" + i + "\":0")
                .collect(Collectors.joining(",", "{\"requestId\":{", "}}"));
        refuseJson(keys, Submit.class);
        refuseJson(keys.substring(0, Limits.CLIENT_FRAME), Submit.class);
        refuseJson(environment(130_000), Command.class);
    }

    @Test
    @Tag("A29")
    void namesAreAsLongAsThoseOfVariables_andNoLonger() {
        String longest = "N".repeat(128);
        byte[] json = command("{\"" + longest + "\":\"\"}", "[\"true\"]").getBytes(StandardCharsets.UTF_8);

        Command command = JSON.decode(json, Command.class);
        assertThat(command.environment()).containsOnlyKeys(longest);
        assertThat(CBOR.decode(CBOR.encode(command), Command.class)).isEqualTo(command);
        refuseJson(command("{\"" + longest + "N\":\"\"}", "[\"true\"]"), Command.class);
    }

    @Test
    @Tag("A29")
    void namesOfOneHash_areRefused() {
        // "Aa" and "BB" have one hash: so have all 16,384 words of 14 of them.
        String names = IntStream.range(0, 1 << 14)
                .mapToObj(i -> "\""
                        + IntStream.range(0, 14)
                                .mapToObj(b -> (i >> b & 1) == 0 ? "Aa" : "BB")
                                .collect(Collectors.joining())
                        + "\":\"\"")
                .collect(Collectors.joining(",", "{", "}"));
        refuseJson(command(names, "[\"true\"]"), Command.class);
    }

    @Test
    @Tag("A29")
    void aLongName_isRefused() {
        refuseJson("{\"" + "n".repeat(1_000_000) + "\":1}", Few.class);
        refuseJson(command("{\"" + "N".repeat(257) + "\":\"\"}", "[\"true\"]"), Command.class);
    }

    @Test
    @Tag("A29")
    void aLongString_isRefused() {
        refuseJson(draft("x".repeat(Limits.TARGET_TEXT + 1)), GroupDraft.class);
        refuse(AGENT, joined(hex("bf64746578747a00010001"), new byte[65_537], hex("ff")), JobRef.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {21, 1_000, 4_000_000})
    @Tag("A29")
    void aLongNumber_isRefused(int digits) {
        refuseJson("{\"limit\":" + "9".repeat(digits) + "}", Few.class);
        refuseJson("{\"limit\":0." + "9".repeat(digits) + "}", Few.class);
        refuseJson("{\"limit\":1e" + "9".repeat(digits) + "}", Few.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "2147483648",
                "1.0",
                "1e0",
                "1e999999999",
                "NaN",
                "Infinity",
                "-Infinity",
                "+1",
                "01",
                "0x1",
                "1_000",
                "'1'",
                "\"1\"",
                "true",
                "null",
                "",
                "[1]",
                "{}"
            })
    @Tag("A29")
    void whatIsNoIntOfJson_isRefused(String limit) {
        refuseJson("{\"limit\":" + limit + "}", Few.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1b8000000000000000", // 2^63
                "1a80000000", // 2^31
                "f93c00", // 1.0 in half precision
                "fa3f800000",
                "fb3ff0000000000000",
                "f97e00", // NaN
                "f97c00", // infinity
                "e5", // simple value 5
                "f805",
                "f820",
                "f4", // false
                "f6", // null
                "f7", // undefined
                "4105", // byte string
                "6135", // text
                "8105",
                "c24105", // bignum 5
                "c48205 05",
                "ff",
                "1c", // reserved
                "1f"
            })
    void whatIsNoIntOfCbor_isRefused(String limit) {
        refuse(CBOR, hex("a1656c696d6974" + limit.replace(" ", "")), Few.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"limit\":1,\"limit\":1}",
                "{\"limit\":1,\"\\u006cimit\":2}",
                "{\"limit\":1}{\"limit\":1}",
                "{\"limit\":1} 1",
                "{\"limit\":1}]",
                "{\"limit\":1,}",
                "{\"limit\":1,,}",
                "{limit:1}",
                "{'limit':1}",
                "{\"limit\":1 // one\n}",
                "{\"limit\":1 /* one */}",
                "{\"limit\":1 # one\n}",
                "{\"limit\":1;}",
                "{\"limit\"=1}",
                "{\"LIMIT\":1}",
                "{\"limit\":1,\"@class\":\"javax.naming.InitialContext\"}",
                "[\"java.net.URL\",{\"limit\":1}]",
                "[\"io.qcmd.protocol.JobQuery\",{\"limit\":1}]",
                "[{\"limit\":1}]",
                "[1]",
                "[]",
                "\"1\"",
                "\"\"",
                "1",
                "true",
                "null",
                "",
                " ",
                "\n",
                "nul",
                "!!javax.script.ScriptEngineManager [x]",
                "%YAML 1.2",
                "<limit>1</limit>",
                "{\"limit\":1\u0000}",
                "{\"limit\u0000\":1}",
                "{\"limit\":1}\u0000",
                "\uFEFF{\"limit\":1}"
            })
    @Tag("A29")
    @Tag("A31")
    void whatIsNoJsonOfOurs_isRefused(String json) {
        refuseJson(json, Few.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    @Tag("A29")
    void anotherEncoding_isRefused(String charset) {
        refuse(JSON, "{\"limit\":1}".getBytes(Charset.forName(charset)), Few.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c328", // half of two
                "eda080", // a high surrogate
                "edb080",
                "c080", // NUL, overlong
                "e08080",
                "f8888080 80",
                "f4908080", // beyond U+10FFFF
                "80",
                "ff"
            })
    @Tag("A29")
    void whatIsNoUtf8_isRefusedInJson(String text) {
        byte[] json = joined(utf8("{\"name\":\"g\",\"target\":\"a"), hex(text.replace(" ", "")), utf8("b\"}"));
        refuse(JSON, json, GroupDraft.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800x", "\\ud83d", "x\\ud83d\\ud83d\\ude00"})
    @Tag("A29")
    void halfACharacter_isRefusedInValuesAndNames(String half) {
        refuseJson(draft(half), GroupDraft.class);
        refuseJson(command("{}", "[\"" + half + "\"]"), Command.class);
        refuseJson(command("{\"A\":\"" + half + "\"}", "[\"true\"]"), Command.class);
        refuseJson("{\"" + half + "\":1}", Few.class);
        refuseJson(busy(half), WireError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"63eda080", "7f63eda080ff", "62c328", "61ff"})
    @Tag("A29")
    void halfACharacterInCbor_isRefused(String text) {
        refuse(CBOR, hex(DRAFT_IN_CBOR + text), GroupDraft.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QQ", // no padding
                "QQ=",
                "QR==", // stray bits
                "QQ==QQ==",
                "QQ==\\n",
                " QQ==",
                "Q Q==",
                "QUJD\\r\\nQUJD",
                "-_-_", // of URLs
                "=",
                "====",
                "QQ=Q",
                "漢字=="
            })
    void whatIsNotCanonicalBase64_isRefused(String base64) {
        refuseJson(command("{}", "[\"cat\"]").replace("\"stdin\":\"\"", "\"stdin\":\"" + base64 + "\""), Command.class);
    }

    @Test
    void bytesAsAList_areRefused() {
        refuseJson(command("{}", "[\"cat\"]").replace("\"stdin\":\"\"", "\"stdin\":[1,2]"), Command.class);
    }

    @Test
    void bytesForText_andTextForBytes_areRefusedInCbor() {
        refuse(CBOR, hex("a164746578744561616161 61".replace(" ", "")), JobRef.class);
        byte[] output =
                CBOR.encodeReports(List.of(new Output(Samples.JOB, Output.Stream.STDOUT, 0, Bytes.utf8("QQ=="))));
        int bytes = HexFormat.of().formatHex(output).indexOf("4451") / 2;
        assertThat(output[bytes]).isEqualTo((byte) 0x44);
        output[bytes] = 0x64;
        refuseReports(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"0\"",
                "\"1\"",
                "0",
                "1",
                "\"shell\"",
                "\" SHELL\"",
                "\"SHELL \"",
                "\"\"",
                "\" \"",
                "null",
                "[\"SHELL\"]"
            })
    void anEnum_isReadByItsExactNameOnly(String kind) {
        refuseJson(command("{}", "[\"true\"]").replace("\"SHELL\"", kind), Command.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "succeeded", "NONSENSE", "", " SUCCEEDED"})
    void aStateOfCounts_isReadByItsExactNameOnly(String state) {
        refuseJson("{\"" + state + "\":1}", Counts.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "null", "1.0", "\"1\"", "2147483648", "[1]"})
    void aCount_isAnIntOf0OrMore(String count) {
        refuseJson("{\"SUCCEEDED\":" + count + "}", Counts.class);
    }

    @Test
    void aValueInItsLongForm_isRefused() {
        refuseJson("{\"target\":{\"expression\":\"*\"}}", MinionQuery.class);
        refuseJson("{\"job\":{\"high\":1,\"low\":2},\"minions\":[]}", CancelQuery.class);
        refuseJson("{\"job\":12345678901234567,\"minions\":[]}", CancelQuery.class);
        refuseJson("{\"job\":\"" + Samples.JOB + "\",\"minions\":[{\"value\":\"web1\"}]}", CancelQuery.class);
        refuseJson("{\"job\":\"" + Samples.JOB + "\",\"minions\":\"web1\"}", CancelQuery.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80ff", "a0", "f6", "00", "6568656c6c6f", "81", "9f", "81a0", "82a0a0", "8101"})
    void aFrameThatIsNoListOfTagAndBody_isRefused(String hex) {
        refuseReports(hex(hex));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Ready",
                "READY",
                "go",
                "report",
                "ready ",
                "io.qcmd.protocol.Report$Ready",
                "entry",
                "\u0000"
            })
    @Tag("A31")
    void anUnknownTag_isRefused(String tag) {
        refuseReports(joined(hex("82"), tag(tag), hex("a1636a6f62"), tag(Samples.JOB.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f6", "80", "00", "60", "40", "a0", "ff"})
    void aTagWithoutItsBody_isRefused(String body) {
        refuseReports(joined(hex("82"), tag("ready"), hex(body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d9d9f7", // "this is CBOR"
                "c1",
                "d90100", // a name space of string references
                "d818",
                "da00010000",
                "dbffffffffffffffff"
            })
    @Tag("A31")
    void aTagOfCbor_isRefused(String tag) {
        byte[] frame = CBOR.encodeReports(List.of(new Report.Pong(1)));
        refuseReports(joined(hex(tag), frame));
        refuseReports(joined(hex("82" + tag), tag("pong"), hex("a1656e6f6e636501")));
        refuseReports(joined(hex("82"), tag("pong"), hex(tag + "a1656e6f6e636501")));
        refuseReports(joined(hex("82"), tag("pong"), hex("a1656e6f6e6365" + tag + "01")));
        refuseReports(joined(hex("82"), tag("pong"), hex("a1" + tag + "656e6f6e636501")));
    }

    @Test
    void aStringReference_isRefused() {
        // A piece of output, then many that only point at it: 128 KiB would become 64 MiB.
        refuseReports(
                joined(hex("d9010084"), tag("pong"), hex("a1656e6f6e636501"), hex("d81900"), hex("a1656e6f6e636501")));
    }

    @Test
    void moreThan1024Reports_areRefused() {
        byte[] pong = joined(tag("pong"), hex("a1656e6f6e636501"));
        refuseReports(joined(hex("9f"), repeated(HexFormat.of().formatHex(pong), 1_025), hex("ff")));
        assertThat(AGENT.decodeReports(joined(hex("9f"), repeated(HexFormat.of().formatHex(pong), 1_024), hex("ff"))))
                .hasSize(1_024);
    }

    @Test
    void aDocumentLargerThanItsSize_isRefused() {
        byte[] spaces = (" ".repeat(Limits.AGENT_FRAME - 10) + "{\"limit\":1}").getBytes(StandardCharsets.US_ASCII);
        assertThat(spaces).hasSize(Limits.AGENT_FRAME + 1);
        refuse(WireCodec.json(Size.SMALL), spaces, Few.class);
        assertThat(JSON.decode(spaces, Few.class)).isEqualTo(new Few(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5affffffff", // byte string of 4 GiB
                "5a7fffffff",
                "5b7fffffffffffffff",
                "5bffffffffffffffff",
                "7a7fffffff", // text
                "7b7fffffffffffffff",
                "7affffffff",
                "9a7fffffff", // list
                "9b7fffffffffffffff",
                "ba7fffffff", // map
                "bb7fffffffffffffff",
                "c25a7fffffff", // bignum
                "5f5a7fffffff",
                "7f7a7fffffff"
            })
    @Tag("A29")
    void aHugeLengthWithFewBytes_isRefusedWithoutItsMemory(String head) {
        byte[] few = joined(hex(head), new byte[16]);
        List<byte[]> documents = List.of(
                few,
                joined(hex("82"), few),
                joined(hex("82"), tag("pong"), few),
                joined(hex("82"), tag("pong"), hex("a1"), few),
                joined(hex("82"), tag("pong"), hex("a1656e6f6e6365"), few),
                joined(hex("82"), tag("output"), hex("a1656279746573"), few),
                joined(hex("82"), tag("hello"), hex("a165666163 7473".replace(" ", "")), few));
        documents.forEach(this::refuseReports);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        documents.forEach(this::refuseReports);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(4L << 20);
    }

    @Test
    @Tag("A31")
    void javaSerialisation_isRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(List.of("x"));
        }
        refuse(JSON, bytes.toByteArray(), Few.class);
        refuse(CBOR, bytes.toByteArray(), Few.class);
        refuseReports(bytes.toByteArray());
    }

    @Test
    void randomAndMutatedFrames_neverBringAnotherException() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            Samples.Sample sample = Samples.ALL.get(random.nextInt(Samples.ALL.size()));
            WireCodec codec = random.nextBoolean() ? CBOR : JSON;
            byte[] bytes = mutated(sample.write(codec), random);
            Throwable thrown = catchThrowable(() -> sample.read(codec, bytes));
            assertThat(thrown == null || thrown.getClass() == QcmdException.class)
                    .as(
                            "seed %d, round %d, %s: %s threw %s",
                            seed, round, sample, HexFormat.of().formatHex(bytes), thrown)
                    .isTrue();
        }
    }

    @Test
    void whatAMessageSaysAgainstItsValues_comesOutAsItIs() {
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> JSON.decode(utf8("{\"name\":\"g\",\"target\":\" \"}"), GroupDraft.class))
                .matches(e -> e.code() == ErrorCode.TARGET_INVALID)
                .withMessage("target: is empty; '*' names all minions");
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> JSON.decode(utf8(command("{\"PATH\":\"/\"}", "[\"true\"]")), Command.class))
                .matches(e -> e.code() == ErrorCode.COMMAND_INVALID)
                .withMessageStartingWith("environment name 'PATH': refused");
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> JSON.decode(utf8("{\"job\":\"../x\",\"minions\":[]}"), CancelQuery.class))
                .matches(e -> e.code() == ErrorCode.JOB_ID_INVALID);
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> AGENT.decodeReports(joined(
                        hex("82"),
                        tag("output"),
                        hex("a4636a6f62"),
                        tag(Samples.JOB.toString()),
                        hex("6673747265616d"),
                        tag("STDOUT"),
                        hex("666f66667365742065627974657341 00".replace(" ", "")))))
                .matches(e -> e.code() == ErrorCode.BAD_REQUEST)
                .withMessage("no Report: output: 1 bytes at -1; use 1 to 65536 at 0 to 9223372036854710271");
    }

    @Test
    void aRefusal_saysWhereAndWhat() {
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> JSON.decode(utf8("{\"limit\":\"1\"}"), Few.class))
                .withMessage("no Few: at 'limit': missing, or no int");
        assertThatExceptionOfType(QcmdException.class)
                .isThrownBy(() -> JSON.decode(utf8("{\"limit\":1,\"limits\":2}"), Few.class))
                .withMessage("no Few: unknown field 'limits'");
    }

    /** A document that would be refused anyway shows nothing. */
    @Test
    void whatIsMadeToHurt_isReadWithoutIt() {
        assertThat(JSON.decode(utf8("{\"limit\":1}"), Few.class)).isEqualTo(new Few(1));
        assertThat(CBOR.decode(hex("a1656c696d697401"), Few.class)).isEqualTo(new Few(1));
        assertThat(JSON.decode(utf8(draft("ab")), GroupDraft.class).target()).isEqualTo(new Target("ab"));
        assertThat(CBOR.decode(hex(DRAFT_IN_CBOR + "626162"), GroupDraft.class).target())
                .isEqualTo(new Target("ab"));
        assertThat(JSON.decode(utf8(busy("later")), WireError.class).message()).isEqualTo("later");
        assertThat(JSON.decode(utf8(environment(1)), Command.class).environment())
                .containsOnlyKeys("K0");
        assertThat(AGENT.decodeReports(joined(hex("82"), tag("pong"), hex("a1656e6f6e636501"))))
                .containsExactly(new Report.Pong(1));
    }

    /** The smallest message: nothing else can be wrong with it. */
    record Few(int limit) {}

    private static String draft(String target) {
        return "{\"name\":\"g\",\"target\":\"" + target + "\"}";
    }

    private static String busy(String message) {
        return "{\"code\":\"BUSY\",\"message\":\"" + message + "\",\"hint\":\"\",\"retryAfterMillis\":0}";
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] copy = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 8)) : bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && copy.length > 0; i--) {
            int at = random.nextInt(copy.length);
            copy[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (copy[at] ^ 1 << random.nextInt(8));
        }
        return copy;
    }

    private static String command(String environment, String argv) {
        return "{\"kind\":\"SHELL\",\"argv\":" + argv + ",\"script\":\"\",\"stdin\":\"\",\"environment\":" + environment
                + ",\"cwd\":null,\"user\":null,\"timeoutMillis\":1000,\"allowDaemon\":false}";
    }

    private static String environment(int entries) {
        return command(
                IntStream.range(0, entries)
                        .mapToObj(i -> "\"K" + i + "\":\"\"")
                        .collect(Collectors.joining(",", "{", "}")),
                "[\"true\"]");
    }

    private static void refuseJson(String json, Class<?> type) {
        refuse(JSON, utf8(json), type);
    }

    private static void refuse(WireCodec codec, byte[] bytes, Class<?> type) {
        assertThat(catchThrowable(() -> codec.decode(bytes, type))).isExactlyInstanceOf(QcmdException.class);
    }

    private void refuseReports(byte[] bytes) {
        assertThat(catchThrowable(() -> AGENT.decodeReports(bytes))).isExactlyInstanceOf(QcmdException.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] repeated(String hex, int times) {
        return hex(hex.repeat(times));
    }

    private static byte[] tag(String text) {
        byte[] utf8 = utf8(text);
        return joined(new byte[] {(byte) 0x78, (byte) utf8.length}, utf8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
