package io.qcmd.protocol;

import java.util.Objects;

/** The release that all parts of this program belong to. */
public final class Version {
    /** As the build wrote it into the jar; {@code dev} outside of one. */
    public static final String CURRENT =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");

    private Version() {}
}
