package io.qcmd.protocol;

/** Half a character (a surrogate without its other half) is no text and has no bytes in UTF-8: it is neither let in nor made. */
final class Unicode {
    private Unicode() {}

    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            i++;
            if (Character.isLowSurrogate(c) || i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** At most {@code longest} characters; what is cut ends in an ellipsis, between two characters. */
    static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
