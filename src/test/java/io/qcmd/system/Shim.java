package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A library that stands between a process and the C library; LD_PRELOAD names it. */
final class Shim {
    private static final int NO_SUCH_PROGRAM = 127;

    private Shim() {}

    /** Compiles it. Without a C compiler the test is skipped; what it does not compile is an error. */
    static Path of(Path directory, String source) throws IOException {
        Path text = Files.writeString(directory.resolve("shim.c"), source);
        Path shim = directory.resolve("shim.so");
        String compile = "exec gcc -shared -fPIC -o \"$0\" \"$1\" -ldl";
        List<String> words = List.of("sh", "-c", compile, shim.toString(), text.toString());
        try (Program gcc = Program.start(directory, "gcc", Map.of(), words)) {
            int exit = gcc.exit(House.LIMIT);
            assumeTrue(exit != NO_SUCH_PROGRAM, () -> "needs gcc: " + gcc.err());
            assertThat(exit).as("%s", gcc).isZero();
        }
        return shim;
    }
}
