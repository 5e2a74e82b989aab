package io.qcmd.client.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileFileTest {
    @TempDir
    private Path home;

    @Test
    void standsWhereXdgSays() {
        assertThat(ProfileFile.place(Map.of("HOME", "/h", "XDG_CONFIG_HOME", "/x")))
                .isEqualTo(Path.of("/x/qcmd/config.yaml"));
        assertThat(ProfileFile.place(Map.of("HOME", "/h", "XDG_CONFIG_HOME", "relative")))
                .isEqualTo(Path.of("/h/.config/qcmd/config.yaml"));
        assertThat(ProfileFile.place(Map.of())).isNull();
    }

    @Test
    void isEmpty_withoutAFile() {
        assertThat(ProfileFile.read(null).profiles()).isEmpty();
        assertThat(ProfileFile.read(place())).isEqualTo(new ProfileFile(place(), null, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rsocket://[::1]:7506", "rsocket+unix:/a b/bus.sock", "null", "it's", "#", "a: b", "~", "-"})
    void readsWhatItWrote(String value) {
        ProfileFile written = ProfileFile.read(place())
                .with("null", Map.of())
                .with("prod", Map.of(Setting.BUS, value, Setting.TIMEOUT, "2m"))
                .using("null");

        assertThat(written.write()).as("nothing was lost").isNull();

        assertThat(ProfileFile.read(place())).isEqualTo(written);
        assertThat(written.without("null").current()).isNull();
    }

    @Test
    void isForItsOwnerAlone_andFollowsALink() throws IOException {
        Path elsewhere = Files.writeString(home.resolve("dotfile"), "");
        Files.createDirectories(place().resolveSibling("."));
        Files.createSymbolicLink(place(), elsewhere);

        assertThat(ProfileFile.read(place()).with("a", Map.of()).write()).isNotNull();

        assertThat(place()).isSymbolicLink();
        assertThat(ProfileFile.read(elsewhere).profiles()).containsOnlyKeys("a");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere)))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsTheOldFile_whenAPersonWroteIt() throws IOException {
        String theirs = "# mine\nprofiles: {a: {bus: 'rsocket://a'}}\n";
        write(theirs);

        Path old = ProfileFile.read(place()).using("a").write();

        assertThat(old).hasFileName("config.yaml.old").hasContent(theirs);
        assertThat(ProfileFile.read(place()).using("a").write())
                .as("nothing was lost")
                .isNull();
    }

    @Test
    void refusesAFile_thatOthersMayWrite() throws IOException {
        write("");
        Files.setPosixFilePermissions(place(), PosixFilePermissions.fromString("rw-rw----"));

        QcmdException refused = catchThrowableOfType(QcmdException.class, () -> ProfileFile.read(place()));
        assertThat(refused).hasMessageContaining("others may write it");
        assertThat(refused.hint()).isEqualTo("chmod 600 " + place());

        Files.setPosixFilePermissions(place(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(ProfileFile.read(place()).profiles()).isEmpty();
    }

    @Test
    void saysInWords_whyItCannotBeWritten() throws IOException {
        Files.createDirectories(home.resolve(".config"));
        Files.createFile(home.resolve(".config/qcmd"));
        ProfileFile file = new ProfileFile(place(), null, Map.of());
        assertThatThrownBy(file::write)
                .hasMessage("config " + place() + ": cannot be written: exists, and is no directory");
        assertThat(FileTrouble.of(new AccessDeniedException("/root"))).isEqualTo("permission denied");
    }

    @Test
    void namesTheNearestKey_whenOneIsUnknown() throws IOException {
        write("profiles:\n  a:\n    timout: 5s\n");

        QcmdException refused = catchThrowableOfType(QcmdException.class, () -> ProfileFile.read(place()));
        assertThat(refused).hasMessageEndingWith("config.yaml, line 3: unknown key 'timout'");
        assertThat(refused.hint()).isEqualTo("did you mean timeout?");
    }

    @Test
    void refusesNamesThatAreNone() throws IOException {
        write("profiles: {A b: {}}");
        assertThatThrownBy(() -> ProfileFile.read(place())).hasMessageContaining("profile 'A b': use 1-64 of");
    }

    private Path place() {
        return home.resolve(".config/qcmd/config.yaml");
    }

    private void write(String yaml) throws IOException {
        Files.createDirectories(place().resolveSibling("."));
        Files.writeString(place(), yaml);
        Files.setPosixFilePermissions(place(), PosixFilePermissions.fromString("rw-------"));
    }
}
