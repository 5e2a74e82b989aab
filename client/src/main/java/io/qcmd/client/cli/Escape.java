package io.qcmd.client.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text of a stranger, fit for a terminal: every character that could move the cursor, change colours, titles or the direction of writing, and every byte that is
 * no UTF-8, is shown as {@code \xNN} or {@code \}{@code uNNNN}. A tab stays. What comes out is for eyes; {@code -o json} keeps the text exact.
 */
final class Escape {
    private Escape() {}

    static String text(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer decoded = CharBuffer.allocate(bytes.length);
        StringBuilder out = new StringBuilder(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, decoded, true);
            out.append(text(decoded.flip().toString()));
            decoded.clear();
            if (!result.isError()) {
                return out.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                hex(out, in.get() & 0xFF);
            }
        }
    }

    static String text(@Nullable String text) {
        if (text == null) {
            return "";
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isHarmless(c)) {
                out.appendCodePoint(c);
            } else if (c <= 0xFF) {
                hex(out, c);
            } else {
                out.append(String.format(c <= 0xFFFF ? "\\u%04x" : "\\u{%x}", c));
            }
        });
        return out.toString();
    }

    static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            // FORMAT holds the marks that turn the direction of writing.
            case Character.CONTROL -> codePoint == '\t';
            case Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static void hex(StringBuilder out, int value) {
        out.append(String.format("\\x%02x", value));
    }
}
