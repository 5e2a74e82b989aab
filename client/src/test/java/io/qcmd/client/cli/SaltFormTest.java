package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SaltFormTest {
    private static final Set<String> VERBS = Set.of("run", "ping", "jobs", "help");

    @Test
    void translatesTheCommandsOfSalt() {
        assertThat(salt("*", "cmd.run", "uptime")).containsExactly("run", "*", "--", "uptime");
        assertThat(salt("*", "cmd.run", "ls", "-l")).containsExactly("run", "*", "--", "ls -l");
        assertThat(salt("web1", "test.ping")).containsExactly("ping", "web1");
        assertThat(salt("web1", "grains.items")).containsExactly("minions", "show", "web1");
        assertThat(salt("*", "saltutil.find_job", "4VK7Q2")).containsExactly("jobs", "show", "4VK7Q2");
        assertThat(salt("*", "saltutil.kill_job", "4VK7Q2")).containsExactly("cancel", "4VK7Q2");
        assertThat(salt("web1", "saltutil.kill_job", "4VK7Q2")).containsExactly("cancel", "4VK7Q2", "--on", "web1");
    }

    @Test
    void translatesTheOptionsOfSalt() {
        assertThat(salt("-t", "5", "--async", "*", "cmd.run", "uptime", "--out=json"))
                .containsExactly("run", "*", "--output=json", "--timeout=5s", "--detach", "--", "uptime");
        assertThat(salt("-L", "web1,web2", "test.ping")).containsExactly("ping", "L@web1,web2");
        assertThat(salt("-S", "10.0.0.0/8", "test.ping")).containsExactly("ping", "S@10.0.0.0/8");
        assertThat(salt("-G", "os:debian", "test.ping")).containsExactly("ping", "G@os:debian");
        assertThat(salt("-E", "web\\d", "test.ping")).containsExactly("ping", "E@web\\d");
        assertThat(salt("-N", "db", "test.ping")).containsExactly("ping", "N@db");
        assertThat(salt("-C", "G@os:debian and not web1", "test.ping"))
                .containsExactly("ping", "G@os:debian and not web1");
        assertThat(salt("--bus", "rsocket://b", "-q", "*", "test.ping"))
                .containsExactly("ping", "*", "--bus=rsocket://b", "-q");
    }

    @Test
    void aTargetOfOneKind_isNothingElse() {
        assertThat(salt("-L", "web[1-2,4], db1", "test.ping")).containsExactly("ping", "L@web[1-2,4], db1");
        assertThat(salt("-E", "web(1|2){1,2}", "test.ping")).containsExactly("ping", "E@web(1|2){1,2}");
        assertThat(salt("-G", "os_name:Debian or (x)", "test.ping"))
                .containsExactly("ping", "G@os_name:\"Debian or (x)\"");
        assertThat(salt("-G", "os_name:\"a b\"", "test.ping")).containsExactly("ping", "G@os_name:\"a b\"");
        for (String[] more : new String[][] {
            {"-L", "web*,db1"},
            {"-L", "web1 or db1"},
            {"-L", "web1,@db"},
            {"-L", "web[ab]"},
            {"-L", "web1,~^db"},
            {"-L", "web1,role=db"},
            {"-E", "web1 or db1"},
            {"-S", "10.1.0.0/16 or db1"},
            {"-N", "web,db1"},
            {"-N", "web or db1"}
        }) {
            assertThatThrownBy(() -> salt(more[0], more[1], "test.ping"))
                    .as("%s", more[1])
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining("'" + more[1] + "' is more than one of that kind");
        }
    }

    @Test
    void takesArgumentsByName_whereSaltDoes() {
        assertThat(salt("*", "cmd.run", "make", "cwd=/srv", "runas=app", "timeout=30", "python_shell=True"))
                .containsExactly("run", "*", "--cwd=/srv", "--user=app", "--timeout=30s", "--", "make");
        assertThat(salt("*", "cmd.run", "dd", "if=/dev/zero", "of=x"))
                .as("names that Salt does not know belong to the command")
                .containsExactly("run", "*", "--", "dd if=/dev/zero of=x");
        assertThat(salt("*", "cmd.run", "x", "shell=/bin/bash")).endsWith("--", "/bin/bash", "-c", "x");
        assertThat(salt("*", "cmd.run", "x", "shell=/bin/sh")).endsWith("*", "--", "x");
        for (String refused : List.of("bg=True", "stdin=a", "python_shell=False", "umask=077", "template=jinja")) {
            assertThatThrownBy(() -> salt("*", "cmd.run", "x", refused))
                    .isInstanceOf(UsageError.class)
                    .hasMessage("cmd.run " + refused + ": qcmd has nothing like it");
        }
    }

    @Test
    void takesArgumentsByName_alsoBeforeTheCommand() {
        assertThat(salt("*", "cmd.run", "runas=nobody", "id -un"))
                .containsExactly("run", "*", "--user=nobody", "--", "id -un");
        assertThat(salt("*", "cmd.run", "cwd=/tmp", "timeout=2", "ls", "-l", "shell=/bin/sh"))
                .containsExactly("run", "*", "--cwd=/tmp", "--timeout=2s", "--", "ls -l");
        assertThat(salt("*", "cmd.run", "env=1 ls", "cwd=/tmp"))
                .as("a command that looks like a name, as nothing else is one")
                .containsExactly("run", "*", "--cwd=/tmp", "--", "env=1 ls");
        assertThat(salt("*", "cmd.run", "env=1 ls")).containsExactly("run", "*", "--", "env=1 ls");
        for (String refused : List.of("env=1", "umask=077", "bg=True")) {
            assertThatThrownBy(() -> salt("*", "cmd.run", refused, "ls")).isInstanceOf(UsageError.class);
        }
    }

    @Test
    void readsAnEnvironment_asSaltWritesIt() {
        assertThat(salt("*", "cmd.run", "x", "env={A: 1, \"B\": 'x, y', 'C': \"\", D: }"))
                .containsExactly("run", "*", "--env=A=1", "--env=B=x, y", "--env=C=", "--env=D=", "--", "x");
        for (String refused : List.of("A=1", "{}", "{A}", "{A: [1]}", "{A: {B: 1}}", "{A: 'x}", "[{A: 1}]")) {
            assertThatThrownBy(() -> salt("*", "cmd.run", "x", "env=" + refused))
                    .isInstanceOf(UsageError.class)
                    .hasMessageContaining("is no {NAME: value");
        }
    }

    @Test
    void refusesWhatItHasNot_onlyWhenItIsSaltsForm() {
        for (String[] refused : List.of(
                new String[] {"-b", "10"}, new String[] {"--batch=5%"}, new String[] {"-P"}, new String[] {"-I"})) {
            String[] line = Stream.concat(Stream.of(refused), Stream.of("*", "test.ping"))
                    .toArray(String[]::new);
            assertThatThrownBy(() -> salt(line)).isInstanceOf(UsageError.class);
            assertThat(salt(refused)).containsExactly(refused);
        }
    }

    @Test
    void leavesAloneWhatIsNotOfSalt() {
        assertThat(salt("run", "web1.example", "--", "cmd.run"))
                .containsExactly("run", "web1.example", "--", "cmd.run");
        assertThat(salt("help", "a.b")).containsExactly("help", "a.b");
        assertThat(salt("foo", "bar")).containsExactly("foo", "bar");
        assertThat(salt("web1", "./a.out")).containsExactly("web1", "./a.out");
        assertThat(salt()).isEmpty();
    }

    @Test
    void namesWhatItKnows_whenTheFunctionIsUnknown() {
        assertThatThrownBy(() -> salt("*", "pkg.install", "nginx"))
                .isInstanceOf(UsageError.class)
                .hasMessage("'pkg.install' is no qcmd function. Known: " + SaltCall.FUNCTIONS)
                .extracting(error -> ((UsageError) error).hint())
                .isEqualTo("qcmd run '*' -- apt-get install -y nginx");
        assertThatThrownBy(() -> salt("*", "cmd.run")).isInstanceOf(UsageError.class);
        assertThatThrownBy(() -> salt("web 1", "grains.get", "os"))
                .extracting(error -> ((UsageError) error).hint())
                .isEqualTo("qcmd minions show 'web 1'");
    }

    private static List<String> salt(String... words) {
        return SaltForm.translate(List.of(words), VERBS);
    }
}
