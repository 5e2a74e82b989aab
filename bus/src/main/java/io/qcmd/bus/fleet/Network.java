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

    /** An address or a network; empty: the text is neither, or has bits behind the common ones. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        int[] address = address(slash < 0 ? text : text.substring(0, slash));
        int all = address.length == 4 ? 32 : 128;
        int bits = slash < 0 ? all : decimal(text, slash + 1, text.length(), all);
        if (address.length == 0 || bits < 0) {
            return Optional.empty();
        }
        Network network = new Network(text, address, bits);
        return Arrays.equals(network.masked(address), address) ? Optional.of(network) : Optional.empty();
    }

    /** Whether this address lies in it; what is no address does not. */
    public boolean contains(String other) {
        int[] numbers = address(other);
        return numbers.length == address.length && Arrays.equals(masked(numbers), address);
    }

    /** Whether one of these addresses, with spaces between them, lies in it. */
    boolean containsOneOf(String addresses) {
        for (int from = 0; from < addresses.length(); ) {
            int space = addresses.indexOf(' ', from);
            int end = space < 0 ? addresses.length() : space;
            if (contains(addresses.substring(from, end))) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    boolean isIpv6() {
        return address.length == GROUPS;
    }

    private int[] masked(int[] numbers) {
        int width = numbers.length == 4 ? 8 : 16;
        int[] masked = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int common = Math.max(0, Math.min(width, bits - i * width));
            masked[i] = numbers[i] & (-1 << width - common);
        }
        return masked;
    }

    /** Its numbers; none: it is no address. */
    private static int[] address(String text) {
        return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
    }

    private static int[] ipv4(String text) {
        int[] numbers = new int[4];
        int from = 0;
        for (int i = 0; i < 4; i++) {
            int dot = text.indexOf('.', from);
            int end = i < 3 ? dot : text.length();
            int number = end < 0 ? -1 : decimal(text, from, end, 255);
            if (number < 0) {
                return new int[0];
            }
            numbers[i] = number;
            from = end + 1;
        }
        return numbers;
    }

    private static int[] ipv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, GROUPS);
        }
        int[] head = groups(text.substring(0, gap), -1);
        int[] tail = groups(text.substring(gap + 2), -1);
        boolean isWrong = head.length + tail.length >= GROUPS
                || head.length == 0 && gap > 0
                || tail.length == 0 && gap + 2 < text.length();
        if (isWrong) {
            return new int[0];
        }
        int[] numbers = Arrays.copyOf(head, GROUPS);
        System.arraycopy(tail, 0, numbers, GROUPS - tail.length, tail.length);
        return numbers;
    }

    /** Hexadecimal groups; none: something else stands there, or another number of them than is wanted (-1: any). */
    private static int[] groups(String text, int wanted) {
        String[] parts = text.split(":", GROUPS + 1);
        boolean areGroups = (wanted < 0 || parts.length == wanted)
                && Arrays.stream(parts).allMatch(part -> part.matches("[0-9A-Fa-f]{1,4}"));
        return areGroups
                ? Arrays.stream(parts)
                        .mapToInt(part -> Integer.parseInt(part, 16))
                        .toArray()
                : new int[0];
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
