package io.qcmd.client.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Output.Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
    private final Lines lines = new Lines();
    private long offset;

    @Test
    void joinsPieces_andKeepsTheUnfinishedLine() {
        assertThat(add("one\ntw")).containsExactly("one");
        assertThat(add("o\n\nthr")).containsExactly("two", "");
        assertThat(end()).containsExactly("thr");
        assertThat(end()).isEmpty();
    }

    @Test
    void keepsCharactersWhole_whenAPieceCutsThem() {
        byte[] text = "中\n".getBytes(UTF_8);
        List<String> all = new ArrayList<>();
        for (byte b : text) {
            all.addAll(add(new byte[] {b}, 0));
        }
        assertThat(all).containsExactly("中");
    }

    @Test
    void keepsStreamsAndMinionsApart() {
        add("out");
        lines.add(new OutputChunk("web1", Stream.STDERR, 0, 0, Bytes.utf8("err")));
        lines.add(new OutputChunk("web2", Stream.STDOUT, 0, 0, Bytes.utf8("other")));
        assertThat(end()).containsExactly("out", "err");
    }

    @Test
    void saysHowMuchWasLeftOut() {
        add("head");
        assertThat(add("tail\n".getBytes(UTF_8), 12_345)).containsExactly("head", "… 12,345 bytes left out …", "tail");
    }

    @Test
    void cutsALineWithoutEnd_insteadOfKeepingItAll() {
        List<String> cut = add("x".repeat(150_000));
        assertThat(cut).hasSize(2).allMatch(line -> line.length() == 64 * 1024);
        assertThat(end()).singleElement().isEqualTo("x".repeat(150_000 - 2 * 64 * 1024));
    }

    private List<String> add(String text) {
        return add(text.getBytes(UTF_8), 0);
    }

    private List<String> add(byte[] bytes, long skipped) {
        OutputChunk chunk = new OutputChunk("web1", Stream.STDOUT, offset, skipped, Bytes.wrap(bytes));
        offset = chunk.end();
        return lines.add(chunk).stream().map(Lines.Line::text).toList();
    }

    private List<String> end() {
        return lines.end("web1").stream().map(Lines.Line::text).toList();
    }
}
