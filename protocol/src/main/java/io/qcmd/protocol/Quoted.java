package io.qcmd.protocol;

/** Text of a stranger, made fit for an error message: quoted, cut at 64 characters, control and non-ASCII characters escaped. */
public final class Quoted {
    private static final int LONGEST = 64;

    private Quoted() {}

    public static String of(String text) {
        StringBuilder quoted = new StringBuilder("'");
        int end = Math.min(text.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append(end < text.length() ? "…'" : "'").toString();
    }
}
