package io.qcmd.protocol;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The names of the members of {@link Report} and {@link Control} on the wire: the simple name of the record, in lower case. */
final class Tag {
    private static final Map<String, Class<?>> REPORTS = members(Report.class);
    private static final Map<String, Class<?>> CONTROLS = members(Control.class);

    private Tag() {}

    static String of(Class<?> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    static <T> Class<? extends T> find(Class<T> sealed, String tag) throws IOException {
        Class<?> member = (sealed == Report.class ? REPORTS : CONTROLS).get(tag);
        if (member == null) {
            throw new IOException("unknown tag " + Quoted.of(tag));
        }
        return member.asSubclass(sealed);
    }

    private static Map<String, Class<?>> members(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses()).collect(Collectors.toMap(Tag::of, Function.identity()));
    }
}
