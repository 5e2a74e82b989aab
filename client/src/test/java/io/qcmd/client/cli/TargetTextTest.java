package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTextTest {
    @TempDir
    private Path directory;

    @Test
    void readsFilesAndStdin_whereNamesMayStand() throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts.txt"), "web1\r\n  web[02-04,7] # four\n\n#db1\n");
        Path spaced = Files.writeString(directory.resolve("my hosts"), "db1");

        assertThat(read("@file:" + hosts)).isEqualTo("web1,web[02-04,7]");
        assertThat(read("(@file:" + hosts + " and not web3) or -"))
                .isEqualTo("(web1,web[02-04,7] and not web3) or in1,in2");
        assertThat(read("a,@file:\"" + spaced + "\",-")).isEqualTo("a,db1,in1,in2");
        assertThat(read("-")).isEqualTo("in1,in2");
        assertThat(read("x=\"a\" and ~(b) and (-)")).isEqualTo("x=\"a\" and ~(b) and (in1,in2)");
        assertThat(read("G@a:b and -")).isEqualTo("G@a:b and in1,in2");
    }

    @Test
    void leavesAloneWhatIsNeither() {
        for (String text : new String[] {
            "web-1",
            "a-",
            "~^-$",
            "@web",
            "x@file:a",
            "note=\"@file:x - y\" and a",
            "note!='a - b'",
            "G@os_name:\"Debian - x\"",
            "(G@os_name:'see @file:/nonexistent' and not G@a:\" - \")",
            "~^(-)$",
            "x=\"no end - ",
            "(E@a(,-)? or b)",
            "web[a,-]1",
            "web[1-2]",
            "10.1.0.0/16"
        }) {
            assertThat(read(text)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web1\\nweb 2|line 2: 'web 2' is no name and no folded set",
                "web1,web2|line 1: 'web1,web2' is no name",
                "Web1|line 1: 'Web1' is no name",
                "web*|line 1: 'web*' is no name",
                "# nothing|holds no names"
            })
    void saysWhichLineIsWrong(String content, String error) throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts"), content.replace("\\n", "\n"));

        assertThatThrownBy(() -> read("@file:" + hosts))
                .isInstanceOf(UsageError.class)
                .hasMessageStartingWith(hosts.toString())
                .hasMessageContaining(error);
    }

    @Test
    void saysWhichFileCannotBeRead() {
        assertThatThrownBy(() -> read("@file:/no/such/file"))
                .isInstanceOf(UsageError.class)
                .hasMessageContaining("/no/such/file");
    }

    private static String read(String typed) {
        ByteArrayInputStream stdin = new ByteArrayInputStream("in1\nin2\n".getBytes(StandardCharsets.UTF_8));
        return TargetText.read(typed, stdin).expression();
    }
}
