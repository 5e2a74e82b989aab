package io.qcmd.bus;

/** The version of this program, as the build wrote it into the jar. */
final class Version {
    static final String CURRENT = read();

    private Version() {}

    private static String read() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
