package io.qcmd.bus.fleet;

import java.util.Arrays;
import java.util.Optional;

/**
 * Addresses with a common beginning, IPv4 or IPv6: {@code 10.1.0.0/16}, {@code fd00::/8}. Reads texts only; no name is ever looked up.
 *
 * @param text as it was typed
 * @param address 4 or 8 numbers of {@code 32 / 4} or {@code 128 / 8} bits
 * @param bits how many of its bits are common
 */
public record Network(String text, int[] address, int bits) {
    private static final int GROUPS = 8;
    private static final int[] NONE = {};

    /** An address or a network; empty: the text is neither, or has bits behind the common ones. */
    public static Optional<Network> parse(String text) {
        int end = end(text, '/', 0, text.length());
        boolean isIpv6 = text.indexOf(':') >= 0;
        int[] address = isIpv6 ? ipv6(text, 0, end) : ipv4(text, 0, end);
        int all = isIpv6 ? 128 : 32;
        int bits = end == text.length() ? all : decimal(text, end + 1, text.length(), all);
        if (address.length == 0 || bits < 0) {
            return Optional.empty();
        }
        Network network = new Network(text, address, bits);
        return network.beginsLike(address) ? Optional.of(network) : Optional.empty();
    }

    /** Whether this address lies in it; what is no address does not. */
    public boolean contains(String other) {
        return contains(other, 0, other.length());
    }

    /** Whether one of these addresses, with spaces between them, lies in it. */
    boolean containsOneOf(String addresses) {
        for (int from = 0; from < addresses.length(); ) {
            int end = end(addresses, ' ', from, addresses.length());
            if (contains(addresses, from, end)) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    boolean isIpv6() {
        return address.length == GROUPS;
    }

    // Read where it stands: a fleet has some hundred thousand addresses to look at for one target.
    private boolean contains(String text, int from, int end) {
        int[] numbers = isIpv6() ? ipv6(text, from, end) : ipv4(text, from, end);
        return numbers.length > 0 && beginsLike(numbers);
    }

    private boolean beginsLike(int[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if ((numbers[i] & mask(i)) != address[i]) {
                return false;
            }
        }
        return true;
    }

    /** The common bits of its i-th number. */
    private int mask(int i) {
        int width = isIpv6() ? 16 : 8;
        int common = Math.max(0, Math.min(width, bits - i * width));
        return -1 << width - common;
    }

    /** Its numbers; none: it is no address. */
    private static int[] ipv4(String text, int from, int end) {
        int[] numbers = new int[4];
        int at = from;
        for (int i = 0; i < 4; i++) {
            int stop = i < 3 ? end(text, '.', at, end) : end;
            int number = at > end ? -1 : decimal(text, at, stop, 255);
            if (number < 0) {
                return NONE;
            }
            numbers[i] = number;
            at = stop + 1;
        }
        return numbers;
    }

    /** Its numbers; none: it is no address. */
    private static int[] ipv6(String text, int from, int end) {
        int[] numbers = new int[GROUPS];
        int count = 0;
        int gap = text.startsWith("::", from) ? 0 : -1;
        int at = gap < 0 ? from : from + 2;
        while (at < end) {
            int stop = end(text, ':', at, end);
            int number = hexadecimal(text, at, stop);
            at = stop + 1;
            boolean isGap = at < end && text.charAt(at) == ':';
            // A colon at the end belongs to a gap or to nothing.
            if (number < 0 || count == GROUPS || isGap && gap >= 0 || at == end) {
                return NONE;
            }
            numbers[count++] = number;
            if (isGap) {
                gap = count;
                at++;
            }
        }
        if (gap < 0 ? count < GROUPS : count == GROUPS) {
            return NONE;
        }
        if (gap >= 0) {
            int behind = count - gap;
            System.arraycopy(numbers, gap, numbers, GROUPS - behind, behind);
            Arrays.fill(numbers, gap, GROUPS - behind, 0);
        }
        return numbers;
    }

    /** A number of one to four digits; -1: it is none. */
    private static int hexadecimal(String text, int from, int end) {
        int number = end - from < 1 || end - from > 4 ? -1 : 0;
        for (int i = from; i < end && number >= 0; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            number = digit < 0 ? -1 : number << 4 | digit;
        }
        return number;
    }

    /** Where this character stands first, else the end. */
    private static int end(String text, char c, int from, int end) {
        int at = from;
        while (at < end && text.charAt(at) != c) {
            at++;
        }
        return at;
    }

    /** A number without zeros in front; -1: it is none, or larger. */
    private static int decimal(String text, int from, int end, int most) {
        int number = 0;
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            boolean isDigit = c >= '0' && c <= '9' && (i > from || c > '0' || end - from == 1);
            number = number * 10 + c - '0';
            if (!isDigit || number > most) {
                return -1;
            }
        }
        return from == end ? -1 : number;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network network && network.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
