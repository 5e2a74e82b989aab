package io.qcmd.protocol;

/** Hard sizes of the wire, the same on both sides. Bytes, unless the name says otherwise. What an operator may lower has a config key of its own. */
public final class Limits {
    /** Spoken here; stands in SETUP. */
    public static final int PROTOCOL_VERSION = 1;

    /** One frame from an agent to the bus. */
    public static final int AGENT_FRAME = 128 * 1024;
    /** One frame from the bus to an agent. */
    public static final int BUS_FRAME = 1024 * 1024;
    /** One frame between a client and the bus. */
    public static final int CLIENT_FRAME = 4 * 1024 * 1024;

    /** Reports or controls in one frame. */
    public static final int FRAME_MESSAGES = 1_024;

    /** One piece of output. */
    public static final int CHUNK = 64 * 1024;
    /** The output window that comes with a GO; small results need no other. */
    public static final int FIRST_WINDOW = 8 * 1024;
    /** The largest output window of one command. */
    public static final int WINDOW = 256 * 1024;
    /** Output that travels with a result: the first bytes of each stream. */
    public static final int RESULT_HEAD = 8 * 1024;

    public static final int STDIN = 256 * 1024;
    public static final int SCRIPT = 512 * 1024;
    /** One word of a command: the kernel's own limit is 128 KiB. */
    public static final int WORD = 64 * 1024 - 1;
    /** All words of a command. */
    public static final int WORDS = 128 * 1024;
    /** All names and values of a command's environment. */
    public static final int ENVIRONMENT = 64 * 1024;

    public static final int ENVIRONMENT_ENTRIES = 64;
    /** Characters of a name in a document: the longest is that of a variable in a command's environment. */
    public static final int NAME = 128;

    public static final long TIMEOUT_MILLIS = 24 * 3_600_000L;

    /** Characters of a reason, message or hint for people; longer ones are cut. */
    public static final int REASON = 1_024;

    public static final int PAGE_ROWS = 256;
    public static final int PAGE_BYTES = 512 * 1024;
    /** The largest request(n) of a client. */
    public static final int CLIENT_DEMAND = 1_024;
    /** The largest request(n) on the reports channel. */
    public static final int REPORT_DEMAND = 256;

    public static final int HELLO_PAGE = 512;
    public static final int HELLO_ENTRIES = 10_000;
    public static final int TARGET_TEXT = 2 * 1024 * 1024;
    public static final int TARGETS_PER_JOB = 100_000;

    private Limits() {}
}
