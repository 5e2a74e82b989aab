package io.qcmd.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped units, read by systemd itself where it is installed. */
class SystemdUnitsTest {
    private static final Path VERIFIER = Path.of("/usr/bin/systemd-analyze");

    @ParameterizedTest
    @ValueSource(strings = {"qcmd-bus.service", "qcmd-agent.service"})
    void unitIsAcceptedWithoutAWarning(String name, @TempDir Path dir) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(VERIFIER), "systemd-analyze is not installed");
        // The program it starts need not be installed here.
        String unit = Files.readString(Path.of("../config", name)).replace("/usr/bin/qcmd", "/bin/true");
        Path copy = Files.writeString(dir.resolve(name), unit);
        Path said = dir.resolve("said");

        Process verifier = new ProcessBuilder(VERIFIER.toString(), "verify", "--man=no", copy.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();

        assertThat(verifier.waitFor()).as(Files.readString(said)).isZero();
        assertThat(Files.readAllLines(said))
                .filteredOn(line -> line.contains(name))
                .isEmpty();
    }
}
