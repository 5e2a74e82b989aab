package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that leaks a Netty buffer. Whoever has this on the class path has it on all of its test classes: JUnit finds it as a service. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static boolean watching;

    /** Whether a test class runs that will be asked. */
    static boolean isWatching() {
        return watching;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        watching = Leaks.isWatching();
    }

    @Override
    public void afterAll(@Nullable ExtensionContext context) {
        watching = false;
        assertThat(Leaks.found()).as("buffers that nobody released").isEmpty();
    }
}
