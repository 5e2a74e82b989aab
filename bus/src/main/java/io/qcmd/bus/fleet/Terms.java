package io.qcmd.bus.fleet;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import io.qcmd.protocol.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The terms of a target expression: what stands between its commas. Kinds of target that do not exist yet are refused by their name. */
final class Terms {
    private static final Pattern BOOLEAN = Pattern.compile("(^|\\s)(and|or|not)\\s");
    private static final String SUPPORTED = "; use ids, lists a,b, folded sets web[01-20] or globs web*";

    private Terms() {}

    /** One or more terms, each with one or more characters and no space. */
    static List<String> of(Target target, int most) {
        String text = target.expression();
        List<String> terms = new ArrayList<>();
        for (int from = 0; from <= text.length(); ) {
            int comma = comma(text, from);
            terms.add(term(text, from, comma));
            if (terms.size() > most) {
                String rule = String.format(Locale.ROOT, ": lists more than %,d names", most);
                throw new QcmdException(ErrorCode.LIMIT_EXCEEDED, "target " + Quoted.of(text) + rule);
            }
            from = comma + 1;
        }
        return terms;
    }

    /** The minion of that name; TARGET_INVALID if nobody can be called so. */
    static MinionId minion(String name) {
        try {
            return new MinionId(name);
        } catch (QcmdException e) {
            throw new QcmdException(ErrorCode.TARGET_INVALID, "target: " + e.getMessage());
        }
    }

    static QcmdException invalid(String term, String what) {
        return new QcmdException(ErrorCode.TARGET_INVALID, "target " + Quoted.of(term) + ": " + what);
    }

    /** The next comma outside of brackets, or the end. */
    private static int comma(String text, int from) {
        boolean inBrackets = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',' && !inBrackets) {
                return i;
            }
            inBrackets = c == '[' || inBrackets && c != ']';
        }
        return text.length();
    }

    private static String term(String text, int from, int to) {
        String term = text.substring(from, to).strip();
        if (term.isEmpty()) {
            throw invalid(text, "no name at index " + from + "; remove a comma");
        }
        String later = later(term);
        if (later != null) {
            throw invalid(term, later + " not supported yet" + SUPPORTED);
        }
        if (term.indexOf(' ') >= 0) {
            throw invalid(term, "space at index " + term.indexOf(' ') + "; put commas between names");
        }
        return term;
    }

    private static @Nullable String later(String term) {
        if (term.indexOf(' ') >= 0 && BOOLEAN.matcher(term).find()) {
            return "and, or, not are";
        }
        if (term.startsWith("@")) {
            return "groups and files are";
        }
        if (term.startsWith("~")) {
            return "regular expressions are";
        }
        if (term.indexOf('@') == 1) {
            return Quoted.of(term.substring(0, 2)) + " is";
        }
        return term.indexOf('=') >= 0 ? "labels are" : null;
    }
}
