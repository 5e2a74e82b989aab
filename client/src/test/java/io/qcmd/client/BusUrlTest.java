package io.qcmd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusUrlTest {
    @TempDir
    private Path home;

    @Test
    void takesTheEnvironmentFirst() throws IOException {
        demo("bus.sock", "");
        BusUrl found = BusUrl.find(Map.of("QCMD_BUS", "rsocket://bus1:7506"), home);
        assertThat(found).isEqualTo(new BusUrl("rsocket://bus1:7506", "from QCMD_BUS"));
    }

    @Test
    void takesTheDemoBesideTheLauncher_thenTheLocalSocket() throws IOException {
        assertThat(BusUrl.find(Map.of(), home).url()).isEqualTo("rsocket+unix:/run/qcmd/bus.sock");
        demo("bus.sock", "");
        assertThat(BusUrl.find(Map.of(), home).url()).isEqualTo("rsocket+unix:" + home + "/.qcmd-demo/bus.sock");
        demo("bus.address", "rsocket+unix:/tmp/short/bus.sock\n");
        assertThat(BusUrl.find(Map.of(), home).url()).isEqualTo("rsocket+unix:/tmp/short/bus.sock");
    }

    @Test
    void knowsHostPortAndPath() {
        BusUrl tcp = new BusUrl("rsocket://[::1]:99", "");
        assertThat(tcp.port()).isEqualTo(99);
        assertThat(tcp.socket()).isNull();
        assertThat(new BusUrl("rsocket://bus1", "").port()).isEqualTo(7506);
        assertThat(new BusUrl("rsocket+unix:/a b/bus.sock", "").socket()).isEqualTo(Path.of("/a b/bus.sock"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bus1:7506",
                "http://bus1",
                "rsocket://",
                "rsocket://a/b",
                "rsocket://a:99999",
                "rsocket+unix:relative"
            })
    void refusesWhatIsNoAddress(String url) {
        assertThatThrownBy(() -> new BusUrl(url, ""))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("no address");
    }

    @Test
    void refusesASocketWithALongerPathThanSocketsHave() {
        String path = "/" + "s".repeat(99);
        assertThat(new BusUrl("rsocket+unix:" + path, "").socket()).isEqualTo(Path.of(path));
        assertThatThrownBy(() -> new BusUrl("rsocket+unix:" + path + "é", ""))
                .isInstanceOf(QcmdException.class)
                .hasMessageEndingWith("': a path of 102 bytes; that of a socket has at most 100");
    }

    private void demo(String file, String content) throws IOException {
        Path directory = Files.createDirectories(home.resolve(".qcmd-demo"));
        Files.writeString(directory.resolve(file), content);
    }
}
