package io.qcmd.protocol;

/** A job as people name it: 26 characters, any longer unique suffix of 6 or more, {@code @last}, {@code @-2}. */
public record JobRef(String text) {
    public JobRef {
        if (!text.matches("[0-9A-Za-z]{6,26}|@last|@-[1-9][0-9]{0,3}")) {
            throw new QcmdException(
                    ErrorCode.JOB_ID_INVALID,
                    "job " + Quoted.of(text) + ": use the 26 characters of an id, its last 6 or more, @last or @-2");
        }
    }

    /** How many jobs back {@code @last} (1) or {@code @-n} (n) means; 0 for an id. */
    public int back() {
        if (text.charAt(0) != '@') {
            return 0;
        }
        return text.equals("@last") ? 1 : Integer.parseInt(text.substring(2));
    }
}
