package io.qcmd.transport;

/**
 * Which stream ids were used: odd ones, each once. Exactly increasing is too strict: rsocket-java takes an id and sends the frame in two steps, so that two threads
 * of an honest client may send theirs crossed. The {@value #WINDOW} ids before the youngest may therefore come late, once; what is further behind is refused.
 */
final class StreamIds {
    static final int WINDOW = 64;

    private int youngest = -1;
    /** Bit i: the id 2 * i behind the youngest was used. Ids below 1 count as used. */
    private long used = -1L;

    /** Uses it. False if it is not odd, not positive, used before or too far behind. */
    boolean use(int id) {
        if (id < 1 || (id & 1) == 0) {
            return false;
        }
        if (id > youngest) {
            long ahead = ((long) id - youngest) / 2;
            used = ahead < WINDOW ? used << ahead | 1L : 1L;
            youngest = id;
            return true;
        }
        if (isUsed(id)) {
            return false;
        }
        used |= bit(id);
        return true;
    }

    /** Whether it was used; ids too far behind count as used. */
    boolean isUsed(int id) {
        if (id > youngest || (id & 1) == 0) {
            return false;
        }
        return behind(id) >= WINDOW || (used & bit(id)) != 0;
    }

    private int behind(int id) {
        return (youngest - id) / 2;
    }

    private long bit(int id) {
        return 1L << behind(id);
    }
}
