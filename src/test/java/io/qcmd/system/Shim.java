package io.qcmd.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A library that stands between a process and the C library; LD_PRELOAD names it. */
final class Shim {
    private Shim() {}

    /** Compiles it. Without a C compiler the test is skipped. */
    static Path of(Path directory, String source) throws IOException {
        Path text = Files.writeString(directory.resolve("shim.c"), source);
        Path shim = directory.resolve("shim.so");
        String compile = "exec gcc -shared -fPIC -o \"$0\" \"$1\" -ldl";
        List<String> words = List.of("sh", "-c", compile, shim.toString(), text.toString());
        try (Program gcc = Program.start(directory, "gcc", Map.of(), words)) {
            assumeTrue(gcc.exit(House.LIMIT) == 0, () -> "needs gcc: " + gcc.err());
        }
        return shim;
    }
}
