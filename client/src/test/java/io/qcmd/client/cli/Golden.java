package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The texts under {@code golden/}: what is promised to people and scripts. */
final class Golden {
    private Golden() {}

    static void assertSame(String name, String said) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name + ".txt")) {
            byte[] promised = Objects.requireNonNull(in, name).readAllBytes();
            assertThat(said).isEqualTo(new String(promised, StandardCharsets.UTF_8));
        }
    }
}
