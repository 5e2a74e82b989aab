package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.client.profile.FileTrouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPlaceTest {
    @TempDir
    private Path directory;

    @Test
    void keepsItsPorts() throws IOException {
        DemoPlace first = DemoPlace.prepare(directory.resolve("demo"), false);
        DemoPlace second = DemoPlace.prepare(directory.resolve("demo"), false);
        assertThat(second).isEqualTo(first);
        assertThat(Files.readString(first.busSettings()))
                .contains("agents: 127.0.0.1:" + first.agentsPort(), "socket: '" + first.socket() + "'", "data: '");
    }

    @Test
    void takesAnotherPort_whenSomebodyHasIt() throws IOException {
        DemoPlace first = DemoPlace.prepare(directory, false);
        try (ServerSocket other = new ServerSocket(first.clientsPort(), 1, InetAddress.getLoopbackAddress())) {
            DemoPlace second = DemoPlace.prepare(directory, false);
            assertThat(second.clientsPort()).isNotEqualTo(other.getLocalPort()).isPositive();
            assertThat(second.agentsPort()).isEqualTo(first.agentsPort());
        }
    }

    @Test
    void isForItsOwnerOnly() throws IOException {
        Path made = DemoPlace.prepare(directory.resolve("demo"), false).directory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void namesAShorterSocket_whenThePathIsTooLongForOne() throws IOException {
        Path deep = directory.resolve("d".repeat(60)).resolve("e".repeat(60));
        DemoPlace place = DemoPlace.prepare(deep, false);
        assertThat(place.socket().toString().getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(100);
        assertThat(Files.readString(deep.resolve("bus.address"))).isEqualTo("rsocket+unix:" + place.socket() + "\n");
        assertThat(place.url()).isEqualTo("rsocket+unix:" + place.socket());
        Files.delete(place.socket().getParent());
    }

    @Test
    void saysWhatIsWrong_andWhatToDo_whereItCannotBe() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> DemoPlace.make(file.resolve("demo")))
                .isInstanceOfSatisfying(
                        UsageError.class, error -> assertThat(error.hint()).contains("--dir DIR"))
                .hasMessage("a demo cannot be kept in " + file + "/demo: Not a directory");
        Files.createDirectory(directory.resolve("demo.lock"));
        assertThatThrownBy(() -> DemoPlace.open(directory))
                .isInstanceOf(UsageError.class)
                .hasMessage("a demo cannot be kept in " + directory + ": Is a directory");
        assertThat(FileTrouble.of(new AccessDeniedException("/opt"))).isEqualTo("permission denied");
    }

    @Test
    void writesTheSettingsOfAnAgent() throws IOException {
        DemoPlace place = DemoPlace.prepare(directory.resolve("it's here"), false);
        assertThat(Files.readString(place.agentSettings("web12")))
                .contains("bus: 127.0.0.1:" + place.agentsPort() + "\n", "minion: web12\n", "role: web\n")
                .contains("data: '" + place.directory().toString().replace("'", "''") + "/web12/data'\n");
    }
}
