package io.qcmd.bus.fleet;

import io.qcmd.bus.fleet.Expression.Address;
import io.qcmd.bus.fleet.Expression.And;
import io.qcmd.bus.fleet.Expression.Names;
import io.qcmd.bus.fleet.Expression.Not;
import io.qcmd.bus.fleet.Expression.Or;
import io.qcmd.bus.fleet.Expression.Regex;
import io.qcmd.bus.fleet.Expression.Trait;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import io.qcmd.protocol.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads target expressions by recursive descent:
 *
 * <pre>
 * or    = and { "or" and }
 * and   = not { "and" not }
 * not   = "not" not | list
 * list  = item { "," item }                 of names and groups only
 * item  = "(" or ")" | "~" regex | "@" group | NAME "=" value | NAME "!=" value | network | name
 *       | "G@" fact ":" value | "L@" name | "E@" regex | "S@" network | "N@" group
 * </pre>
 *
 * What names, globs and regular expressions must be is the business of {@link Search}. Of a wrong text it says where, what was found, and what was expected.
 */
final class TargetParser {
    static final Set<String> KEYWORDS = Set.of("and", "or", "not");

    /** Parentheses and nots inside each other. */
    static final int MOST_DEPTH = 64;
    /** Items of an expression, where a list counts as one. */
    static final int MOST_TERMS = 1_000;
    /** Characters of a label's name or value. */
    private static final int LONGEST_VALUE = 256;

    private static final Pattern TRAIT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern BARE_VALUE = Pattern.compile("[^ ,()'\"]+");
    private static final String ITEM = "a name, a group, name=value, not or '('";

    private static final char END = '\0';

    private final String text;
    private final int mostNames;
    private int at;
    private int depth;
    private int terms;
    private int names;

    private TargetParser(String text, int mostNames) {
        this.text = text;
        this.mostNames = mostNames;
    }

    /** The tree of an expression; TARGET_INVALID, or LIMIT_EXCEEDED for one that is too deep or has too many terms or names. */
    static Expression parse(Target target, int mostNames) {
        TargetParser parser = new TargetParser(target.expression(), mostNames);
        Expression whole = parser.or();
        if (parser.peek() != END) {
            throw parser.expected("and, or, a comma between names, or the end");
        }
        return whole;
    }

    /** A value as it is read again: in quotes where it needs them. */
    static String quoted(String value) {
        if (BARE_VALUE.matcher(value).matches()) {
            return value;
        }
        char quote = value.indexOf('"') < 0 ? '"' : '\'';
        return quote + value + quote;
    }

    private Expression or() {
        List<Expression> any = new ArrayList<>();
        do {
            any.add(and());
        } while (takesWord("or"));
        return any.size() == 1 ? any.get(0) : new Or(any);
    }

    private Expression and() {
        List<Expression> all = new ArrayList<>();
        do {
            all.add(not());
        } while (takesWord("and"));
        return all.size() == 1 ? all.get(0) : new And(all);
    }

    private Expression not() {
        return takesWord("not") ? deeper(() -> new Not(not())) : list();
    }

    /** Names between commas are one node, so that a list of 100,000 is one. */
    private Expression list() {
        if (++terms > MOST_TERMS) {
            throw exceeded("terms", MOST_TERMS);
        }
        Expression first = item(false);
        if (peek() != ',') {
            return first;
        }
        List<String> run = new ArrayList<>();
        List<Expression> any = new ArrayList<>();
        Expression next = first;
        while (true) {
            if (next instanceof Names some) {
                run.addAll(some.terms());
            } else {
                endRun(run, any);
                any.add(next);
            }
            if (peek() != ',') {
                endRun(run, any);
                return any.size() == 1 ? any.get(0) : new Or(any);
            }
            if (!(next instanceof Names || next instanceof Expression.Group)) {
                throw invalid("a comma at index " + at + " joins names and groups only; write or, or quote the value");
            }
            at++;
            next = item(true);
        }
    }

    private static void endRun(List<String> run, List<Expression> any) {
        if (!run.isEmpty()) {
            any.add(new Names(run));
            run.clear();
        }
    }

    /** @param literal whether and, or, not are names here */
    private Expression item(boolean literal) {
        char c = peek();
        if (c == '(') {
            at++;
            Expression inside = deeper(this::or);
            if (peek() != ')') {
                throw expected("and, or, a comma between names, or ')'");
            }
            at++;
            return inside;
        }
        if (c == '~') {
            at++;
            return new Regex(regex(), false);
        }
        if (c == END || c == ',' || c == ')') {
            throw expected(ITEM);
        }
        return word(literal);
    }

    private Expression word(boolean literal) {
        int from = at;
        String word = bare();
        if (!literal && KEYWORDS.contains(word)) {
            at = from;
            throw expected(ITEM + "; a minion of that name is L@" + word);
        }
        if (word.startsWith("@")) {
            return group(word.substring(1));
        }
        if (word.length() > 1 && word.charAt(1) == '@') {
            at = from + 2;
            return salt(word.charAt(0), from);
        }
        int equals = word.indexOf('=');
        if (equals >= 0) {
            boolean isNot = equals > 0 && word.charAt(equals - 1) == '!';
            at = from + equals + 1;
            Trait trait = trait(false, word.substring(0, isNot ? equals - 1 : equals));
            return isNot ? new Not(trait) : trait;
        }
        if (word.indexOf('/') >= 0 || word.indexOf(':') >= 0) {
            return network(word);
        }
        return name(word);
    }

    private Expression salt(char kind, int from) {
        return switch (kind) {
            case 'G' -> {
                int colon = text.indexOf(':', at);
                if (colon < 0) {
                    throw invalid("G@ at index " + from + " has no ':'; write G@fact:value");
                }
                String fact = text.substring(at, colon);
                at = colon + 1;
                yield trait(true, fact);
            }
            case 'L' -> name(bare());
            case 'E' -> new Regex(regex(), true);
            case 'S' -> network(bare());
            case 'N' -> group(bare());
            default ->
                throw invalid("found " + Quoted.of(kind + "@") + " at index " + from
                        + ", expected one of G@ L@ E@ S@ N@, or a name without '@'");
        };
    }

    private Expression name(String word) {
        if (++names > mostNames) {
            throw exceeded("names", mostNames);
        }
        if (word.equals("-")) {
            throw invalid("'-' at index " + (at - 1) + " is stdin, which only the command line can read");
        }
        return new Names(List.of(word));
    }

    private Expression group(String name) {
        if (name.startsWith("file:")) {
            throw invalid("'@file:' before index " + at + " is a file, which only the command line can read");
        }
        return new Expression.Group(Group.checkName(name));
    }

    private Expression network(String word) {
        return new Address(
                Network.parse(word)
                        .orElseThrow(
                                () -> invalid(
                                        "found " + Quoted.of(word) + " before index " + at
                                                + ", expected an address or a network without bits behind its prefix, like 10.1.0.0/16 or fd00::/8")));
    }

    private Trait trait(boolean isFact, String name) {
        if (!TRAIT.matcher(name).matches()) {
            throw invalid("found " + Quoted.of(name) + " before index " + (at - 1)
                    + ", expected the name of a label or fact: 1-64 of [A-Za-z0-9_.-]");
        }
        String value = value();
        if (value.length() > LONGEST_VALUE) {
            throw exceeded("characters in the value of " + name, LONGEST_VALUE);
        }
        return new Trait(isFact, name, value);
    }

    private String value() {
        char quote = at < text.length() ? text.charAt(at) : END;
        if (quote == '"' || quote == '\'') {
            int end = text.indexOf(quote, at + 1);
            if (end < 0) {
                throw invalid("the quote at index " + at + " has no end");
            }
            String value = text.substring(at + 1, end);
            at = end + 1;
            return value;
        }
        int from = at;
        while (at < text.length() && " ,()'\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == from) {
            throw expected("a value; name=* is any, name=\"\" the empty one");
        }
        return text.substring(from, at);
    }

    /** A word to the next space, comma or parenthesis outside of brackets. */
    private String bare() {
        int from = at;
        boolean inBrackets = false;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (!inBrackets && isDelimiter(c)) {
                break;
            }
            inBrackets = c == '[' || inBrackets && c != ']';
            at++;
        }
        return text.substring(from, at);
    }

    /** To the next space, or the parenthesis that closes one before it; a comma is part of it in brackets and braces only. */
    private String regex() {
        int from = at;
        int open = 0;
        char inside = END;
        for (; at < text.length() && text.charAt(at) != ' '; at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) != ' ') {
                at++;
            } else if (inside != END) {
                inside = c == inside ? END : inside;
            } else if (c == '[' || c == '{') {
                inside = c == '[' ? ']' : '}';
            } else if (c == ',' || c == ')' && open == 0) {
                break;
            } else {
                open += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
        }
        if (at == from) {
            throw expected("a regular expression");
        }
        return text.substring(from, at);
    }

    private boolean takesWord(String word) {
        char next = peek();
        int end = at + word.length();
        boolean isThere = next == word.charAt(0)
                && text.startsWith(word, at)
                && (end == text.length() || " (".indexOf(text.charAt(end)) >= 0);
        at = isThere ? end : at;
        return isThere;
    }

    /** The next character that is no space. */
    private char peek() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : END;
    }

    private <T> T deeper(Supplier<T> inside) {
        if (++depth > MOST_DEPTH) {
            throw exceeded("levels of parentheses and nots", MOST_DEPTH);
        }
        T found = inside.get();
        depth--;
        return found;
    }

    private QcmdException expected(String what) {
        int end = Math.min(at + 1, text.length());
        while (end < text.length() && !isDelimiter(text.charAt(at)) && !isDelimiter(text.charAt(end))) {
            end++;
        }
        String found = at == text.length() ? "the end" : Quoted.of(text.substring(at, end));
        return invalid("found " + found + " at index " + at + ", expected " + what);
    }

    private static boolean isDelimiter(char c) {
        return " ,()".indexOf(c) >= 0;
    }

    private QcmdException invalid(String what) {
        return Terms.invalid(text, what);
    }

    private QcmdException exceeded(String what, int most) {
        return Terms.exceeded(text, String.format(Locale.ROOT, "has more than %,d %s", most, what));
    }
}
