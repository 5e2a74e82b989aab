package io.qcmd.client.profile;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** What is wrong with a file, in the words of a shell: Java's are the name of a class, or the path alone. */
public final class FileTrouble {
    private FileTrouble() {}

    /** A few words, without the path. */
    public static String of(IOException error) {
        if (error instanceof AccessDeniedException) {
            return "permission denied";
        } else if (error instanceof NoSuchFileException) {
            return "no such file or directory";
        } else if (error instanceof FileAlreadyExistsException) {
            return "exists, and is no directory";
        }
        String reason = error instanceof FileSystemException known ? known.getReason() : error.getMessage();
        return Objects.requireNonNullElse(reason, error.getClass().getSimpleName());
    }
}
