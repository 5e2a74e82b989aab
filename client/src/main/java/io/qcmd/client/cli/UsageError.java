package io.qcmd.client.cli;

/** The command line was wrong: exit 2. */
final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String hint;

    /**
     * @param message what is wrong
     * @param hint what to type instead
     */
    UsageError(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    String hint() {
        return hint;
    }
}
