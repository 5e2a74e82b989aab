package io.qcmd.client.cli;

/** How many columns text takes on a terminal: East-Asian wide characters and emoji two, marks that sit on another character none (Unicode, UAX 11). */
final class Width {
    /** First and last of the blocks that are wide. */
    private static final int[][] WIDE = {
        {0x1100, 0x115F},
        {0x2E80, 0x303E},
        {0x3041, 0x33FF},
        {0x3400, 0x4DBF},
        {0x4E00, 0x9FFF},
        {0xA000, 0xA4CF},
        {0xA960, 0xA97F},
        {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F},
        {0xFF00, 0xFF60},
        {0xFFE0, 0xFFE6},
        {0x1F300, 0x1F64F},
        {0x1F680, 0x1F6FF},
        {0x1F900, 0x1F9FF},
        {0x20000, 0x3FFFD}
    };

    private Width() {}

    static int of(String text) {
        return text.codePoints().map(Width::of).sum();
    }

    private static int of(int codePoint) {
        if (codePoint < WIDE[0][0]) {
            return isMark(codePoint) ? 0 : 1;
        }
        for (int[] block : WIDE) {
            if (codePoint <= block[1]) {
                return codePoint >= block[0] ? 2 : isMark(codePoint) ? 0 : 1;
            }
        }
        return isMark(codePoint) ? 0 : 1;
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    /** At most so many columns, with an ellipsis where something was cut off. */
    static String cut(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        int width = 0;
        int end = 0;
        while (end < text.length() && width + of(text.codePointAt(end)) < columns) {
            width += of(text.codePointAt(end));
            end += Character.charCount(text.codePointAt(end));
        }
        return columns < 1 ? "" : text.substring(0, end) + "…";
    }

    /** At least so many columns. */
    static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }
}
