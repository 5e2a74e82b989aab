package io.qcmd.protocol;

import java.util.List;

/** What attackers put where an id belongs: paths, patterns, options, and letters that only look right. */
final class HostileIds {
    private HostileIds() {}

    static List<String> all() {
        return List.of(
                "",
                " ",
                ".",
                "..",
                "../x",
                "a/../../etc",
                "/proc/self/fd/0",
                "a\0",
                "\0",
                "x".repeat(300),
                "web*",
                "web?",
                "web[1-3]",
                "web1 ",
                " web1",
                "web1\n",
                "web1\r\nSet-Cookie: a=b",
                "-rf",
                "--all",
                "a..b",
                "a\\b",
                "C:\\x",
                "~root",
                "$(id)",
                "`id`",
                "a;b",
                "a'b",
                "a\"b",
                "' OR 1=1 --",
                "%2e%2e%2f",
                "%s%n",
                "${jndi:ldap://x/a}",
                "\u202Ebew", // right to left
                "w\u0435b1", // a Cyrillic e
                "web\uFF11", // a wide 1
                "web1\u200B", // of no width
                "\uFEFFweb1",
                "\ud800",
                "WEB1",
                "@last");
    }
}
