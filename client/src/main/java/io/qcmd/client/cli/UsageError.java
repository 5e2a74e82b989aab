package io.qcmd.client.cli;

/** The command line was wrong: exit 2. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String where;
    private final String hint;

    /**
     * @param message what is wrong
     * @param hint what to type instead
     */
    UsageError(String message, String hint) {
        this(message, "", hint);
    }

    /**
     * @param message what is wrong
     * @param where what is wrong was said, when not on the command line
     * @param hint what to type instead
     */
    UsageError(String message, String where, String hint) {
        super(message);
        this.where = where;
        this.hint = hint;
    }

    String where() {
        return where;
    }

    String hint() {
        return hint;
    }
}
