package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code qcmd help formatting} leaves nothing out: the golden files hold what is promised, and the page names it. */
class FormattingPageTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    /** What stands in them are names of users and states, and no fields. */
    private static final Set<String> MAPS =
            Set.of("labels", "operatorLabels", "agentLabels", "facts", "notes", "counts", "discarded");

    private final String page = Topic.FORMATTING.text();

    @Test
    void everyFormat_isExplained() {
        for (Globals.Format format : Globals.Format.values()) {
            String name =
                    format == Globals.Format.DIR ? "dir=DIR" : format.name().toLowerCase(Locale.ROOT);
            assertThat(page).contains("\n  -o " + name + " ");
        }
    }

    @Test
    void everyField_isNamed() throws IOException {
        String names = page.substring(page.indexOf("jsonl of a job"));
        Set<String> fields = fields();
        assertThat(fields).contains("effect", "micros", "steps.at", "channel.slot", "pressure.refused");
        assertThat(fields)
                .allSatisfy(field ->
                        assertThat(names).containsPattern("(?<![A-Za-z])" + Pattern.quote(field) + "(?![A-Za-z])"));
    }

    /** All that stand in the golden files; of an object in an object with both names. */
    private static Set<String> fields() throws IOException {
        Set<String> fields = new TreeSet<>();
        ObjectMapper json = new ObjectMapper();
        try (Stream<Path> files = Files.list(GOLDEN)) {
            for (Path file : files.toList()) {
                List<String> objects = Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("{"))
                        .toList();
                for (String object : objects) {
                    add("", json.readTree(object), fields);
                }
            }
        }
        return fields;
    }

    private static void add(String above, JsonNode node, Set<String> fields) {
        node.elements().forEachRemaining(element -> {
            if (node.isArray()) {
                add(above, element, fields);
            }
        });
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            fields.add(above + name);
            if (!MAPS.contains(name)) {
                add(name.equals("minions") ? "" : above + name + ".", field.getValue(), fields);
            }
        }
    }
}
