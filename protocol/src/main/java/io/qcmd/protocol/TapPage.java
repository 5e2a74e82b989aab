package io.qcmd.protocol;

import java.util.List;

/**
 * What a tap has seen, in order.
 *
 * @param copies at most 256 and 512 KiB, one at least except on the first page, which says that the tap is open
 * @param dropped copies that this tap lost because its reader was too slow, since it was opened: the oldest go first
 */
public record TapPage(List<Copy> copies, long dropped) {
    /**
     * A message on its way to the minion.
     *
     * @param at when it was put; bus time, milliseconds since 1970
     * @param expiresAt bus time at which it is void
     */
    public record Copy(Message message, long at, long expiresAt) {}

    public TapPage {
        copies = List.copyOf(copies);
    }
}
