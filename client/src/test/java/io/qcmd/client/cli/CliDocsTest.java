package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** docs/cli.md is what the program says of itself: {@code -Dqcmd.docs.write=true} writes it anew. */
class CliDocsTest {
    private static final Path PAGE = Path.of("..", "docs", "cli.md");

    @TempDir
    private Path home;

    @Test
    void thePage_isWhatTheProgramSays() throws IOException {
        String page = page();
        if (Boolean.getBoolean("qcmd.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("mvn test -pl protocol,transport,client -Dtest=CliDocsTest -Dqcmd.docs.write=true writes it anew")
                .hasContent(page);
    }

    @Test
    void everyTopic_isHelpedWith_inPlainLines() {
        Typist typist = new Typist(home);
        for (Topic topic : Topic.values()) {
            assertThat(typist.type("help", topic.word())).isZero();
            assertThat(typist.out).isEqualTo(topic.text());
            assertThat(topic.text().lines())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).matches("[ -~]{0,170}"));
        }
        assertThat(typist.type("help", "trgets")).isEqualTo(2);
        assertThat(typist.err).contains("try:  qcmd help targets");
    }

    private String page() {
        StringBuilder page = new StringBuilder("""
                # The command line

                What `qcmd help` says, in one page; `qcmd help --man VERB | man -l -` shows it as a manual.
                Written by the program: a test holds it to this page.

                """);
        CommandLine root = new Typist(home).line();
        usage("qcmd", root, page);
        for (Topic topic : Topic.values()) {
            page.append("## ")
                    .append(topic.title())
                    .append("\n\n`qcmd help ")
                    .append(topic.word())
                    .append("`\n\n");
            block(topic.text(), page);
        }
        page.append("## Verbs\n\n");
        root.getSubcommands().forEach((verb, line) -> {
            page.append("### ").append(verb).append("\n\n");
            usage(verb, line, page);
        });
        return page.toString();
    }

    private static void usage(String name, CommandLine line, StringBuilder page) {
        block(line.getUsageMessage(Ansi.OFF), page);
        if (!name.equals("qcmd")) {
            line.getSubcommands().forEach((verb, each) -> usage(verb, each, page));
        }
    }

    private static void block(String text, StringBuilder page) {
        page.append("```\n").append(text.stripTrailing().indent(0)).append("```\n\n");
    }
}
