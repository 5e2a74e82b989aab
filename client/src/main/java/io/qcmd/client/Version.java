package io.qcmd.client;

import java.util.Objects;

/** Which release this is. */
public final class Version {
    private Version() {}

    /** As the jar says; {@code dev} outside of one. */
    public static String current() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");
    }
}
