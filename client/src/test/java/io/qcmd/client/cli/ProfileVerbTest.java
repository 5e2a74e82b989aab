package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Profiles, and the order of what a value can be from: option, environment, profile, default. */
class ProfileVerbTest {
    @TempDir
    private Path home;

    private Typist typist;

    ProfileVerbTest() {
        typist = new Typist(Path.of("/"));
    }

    @BeforeEach
    void sitDown() {
        typist = new Typist(home);
        typist.client.status = Mono.error(new QcmdException(ErrorCode.UNREACHABLE, "cannot reach the bus"));
    }

    @Test
    void keepsProfiles_andUsesTheCurrentOne() {
        add("prod", "--bus", "rsocket://bus1:7506", "timeout=2m");
        add("test", "--bus", "rsocket://bus2:7506");
        assertThat(typist.type("profile", "use", "test")).isZero();
        assertThat(typist.err).isEqualTo("profile 'test' is the current one in ~/.config/qcmd/config.yaml\n");

        assertThat(typist.type("profile", "ls")).isZero();
        assertThat(typist.out).isEqualTo("""
                PROFILE  CURRENT  BUS
                prod              rsocket://bus1:7506
                test     *        rsocket://bus2:7506
                """);
        assertThat(typist.type("status")).isEqualTo(6);
        assertThat(typist.bus).isEqualTo("rsocket://bus2:7506");
        assertThat(typist.err).isEqualTo("""
                qcmd: cannot reach the bus
                  profile 'test' from ~/.config/qcmd/config.yaml
                  try:  systemctl status qcmd-bus, or qcmd demo to start one here
                """);

        assertThat(typist.type("profile", "rm", "test")).isZero();
        typist.type("status");
        assertThat(typist.bus).isEqualTo("rsocket+unix:/run/qcmd/bus.sock");
    }

    @Test
    void usesTheProfileOfTheNameDefault_whenNothingIsSaid() {
        add("default", "--bus", "rsocket://bus1:7506");
        typist.type("-v", "status");
        assertThat(typist.err)
                .startsWith("bus rsocket://bus1:7506 (profile 'default' from ~/.config/qcmd/config.yaml)");
    }

    @Test
    void takesTheOption_thenTheEnvironment_thenTheProfile() {
        add("prod", "--bus", "rsocket://profile:1");
        typist.type("profile", "use", "prod");
        typist.type("status");
        assertThat(typist.bus).isEqualTo("rsocket://profile:1");
        typist.environment.put("QCMD_BUS", "rsocket://environment:1");
        typist.type("status");
        assertThat(typist.bus).isEqualTo("rsocket://environment:1");
        typist.type("-v", "status", "--bus", "rsocket://option:1");
        assertThat(typist.bus).isEqualTo("rsocket://option:1");
        assertThat(typist.err).contains("(from --bus)");
    }

    @Test
    void takesAProfileThatWasTyped_beforeTheEnvironment() {
        add("test", "--bus", "rsocket://test:1");
        typist.environment.put("QCMD_BUS", "rsocket://prod:1");
        typist.type("status", "-p", "test");
        assertThat(typist.bus).isEqualTo("rsocket://test:1");
        typist.environment.put("QCMD_PROFILE", "test");
        typist.type("status");
        assertThat(typist.bus).as("both are from the environment").isEqualTo("rsocket://prod:1");
    }

    @Test
    void givesTheCommandItsTimeout_andLeavesOtherTimeoutsAlone() {
        add("a", "timeout=2m");
        typist.type("profile", "use", "a");
        typist.type("run", "web1", "--", "true");
        assertThat(typist.client.asked).contains("timeout PT2M");
        typist.type("run", "web1", "--timeout", "1s", "--", "true");
        assertThat(typist.client.asked).contains("timeout PT1S");
        typist.type("ping", "web1");
        assertThat(typist.client.asked).contains("ping web1 PT5S");
        typist.environment.put("QCMD_TIMEOUT", "3s");
        typist.type("run", "web1", "--", "true");
        assertThat(typist.client.asked).contains("timeout PT3S");
    }

    @Test
    void saysWhereEveryValueIsFrom() {
        add("prod", "--bus", "rsocket://bus1:7506", "timeout=2m");
        typist.type("profile", "use", "prod");
        typist.environment.put("QCMD_OUTPUT", "wide");
        assertThat(typist.type("--connect-timeout", "1s", "profile", "show", "--origin"))
                .isZero();
        assertThat(typist.out).isEqualTo("""
                SETTING          VALUE                ORIGIN
                profile          prod                 current in ~/.config/qcmd/config.yaml
                bus              rsocket://bus1:7506  profile 'prod' from ~/.config/qcmd/config.yaml
                output           wide                 from QCMD_OUTPUT
                timeout          2m                   profile 'prod' from ~/.config/qcmd/config.yaml
                interrupt        ask                  default
                connect_timeout  1s                   from --connect-timeout
                """);
        assertThat(typist.type("profile", "show", "-o", "jsonl")).isZero();
        assertThat(typist.out).contains("""
                {"type":"setting","setting":"timeout","value":"2m","origin":"profile 'prod' from ~/.config/qcmd/config.yaml"}
                """);
    }

    /** The names are API. */
    @Test
    void promisesItsJson() throws IOException {
        add("prod", "--bus", "rsocket://bus1:7506", "timeout=2m");
        add("test");
        assertThat(typist.type("profile", "ls", "-o", "json")).isZero();
        String list = typist.out;
        assertThat(typist.type("-p", "prod", "profile", "show", "-o", "json")).isZero();
        Golden.assertSame("profile", list + typist.out);
    }

    @Test
    void tellsTheBus_andThenAllSettings_theMoreItIsAskedTo() {
        add("default", "--bus", "rsocket://bus1:7506", "timeout=2m");
        typist.type("-v", "status");
        assertThat(typist.err).doesNotContain("timeout 2m");
        typist.type("-vv", "status");
        assertThat(typist.err).contains("timeout 2m (profile 'default' from ~/.config/qcmd/config.yaml)\n");
    }

    @Test
    void saysWhoSaidAWrongValue_andWhatWasMeant() {
        typist.environment.put("QCMD_OUTPUT", "jsn");
        assertThat(typist.type("status")).isEqualTo(2);
        assertThat(typist.err)
                .startsWith("qcmd: Invalid value for option '--output': 'jsn' is no format; use plain, json")
                .contains("\n  from QCMD_OUTPUT\n  try:  json, or see qcmd help");
    }

    @ParameterizedTest
    @CsvSource({
        "profile use prdo,did you mean prod?",
        "-p prdo status,did you mean prod?",
        "profile rm other,qcmd profile ls",
        "profile add x timout=5s,did you mean timeout",
        "profile add x timeout=5,use 500ms",
        "profile add x bus=here,no address of a bus",
        "profile add X y,no KEY=VALUE",
        "profile add prod,say --yes to replace it"
    })
    void endsWith2_andHelps_whenItIsWrong(String line, String help) {
        add("prod");
        assertThat(typist.type(line.split(" "))).isEqualTo(2);
        assertThat(typist.err).contains(help);
        typist.type("profile", "ls", "-o", "name");
        assertThat(typist.out).isEqualTo("prod\n");
    }

    @Test
    void replacesAProfile_whenToldSo() {
        add("prod", "timeout=2m");
        add("prod", "--yes", "connect_timeout=9s");
        typist.type("-p", "prod", "profile", "show", "-o", "jsonl");
        assertThat(typist.out).contains("\"value\":\"9s\"").doesNotContain("2m");
    }

    @Test
    void helpsAndChangesProfiles_besideABrokenOne() throws IOException {
        Path file = home.resolve(".config/qcmd/config.yaml");
        add("prod");
        Files.writeString(file, "current: gone\n" + Files.readString(file));
        assertThat(typist.type("status")).isEqualTo(2);
        assertThat(typist.err)
                .startsWith("qcmd: there is no profile 'gone' in ~/.config/qcmd/config.yaml\n  current in ~");
        assertThat(typist.type("help", "run")).isZero();
        assertThat(typist.type("run", "--help")).isZero();
        assertThat(typist.type("--version")).isZero();
        assertThat(typist.type("profile", "use", "prod")).isZero();
        assertThat(typist.type("profile", "show")).isZero();

        Files.writeString(file, "current: [");
        assertThat(typist.type("status")).isEqualTo(2);
        assertThat(typist.err).contains("config.yaml, line 1");
        assertThat(typist.type("help")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "rnu web1,'rnu' is no verb,try:  qcmd run",
        "jbos ls,'jbos' is no verb,try:  qcmd jobs",
        "minions sl,Unmatched argument,try:  qcmd minions ls",
        "minions ls --stat up,Unknown option,--state",
        "--outptu json status,Unknown option,--output",
        "run web1 --uncontrollable filtr -- true,--uncontrollable 'filtr': use filter,try:  filter",
        "group,Missing required subcommand,qcmd help group"
    })
    void saysWhatWasMeant(String line, String what, String remedy) {
        assertThat(typist.type(line.split(" "))).isEqualTo(2);
        assertThat(typist.err).contains(what, remedy);
    }

    private void add(String... words) {
        String[] line = new String[words.length + 2];
        line[0] = "profile";
        line[1] = "add";
        System.arraycopy(words, 0, line, 2, words.length);
        assertThat(typist.type(line)).as(typist.err).isZero();
    }
}
