package io.qcmd.agent;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Modes of files and directories at their creation; a umask can only take from them. */
final class Modes {
    /** 0700 */
    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY = of("rwx------");
    /** 0600 */
    static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = of("rw-------");
    /** 0500 */
    static final FileAttribute<Set<PosixFilePermission>> SCRIPT = of("r-x------");

    private Modes() {}

    private static FileAttribute<Set<PosixFilePermission>> of(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
}
