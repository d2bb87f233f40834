package org.randygpt.core.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;

/** Tokens cannot be kept where they were to be; nothing is wrong with the text. */
final class NotKeptException extends IOException {
    private static final long serialVersionUID = 1;

    /** For what the disk or the folder has said. */
    NotKeptException(IOException problem) {
        super(reason(problem), problem);
    }

    /** Whoever tells it names the folder. */
    private static String reason(IOException problem) {
        return switch (problem) {
            case AccessDeniedException denied when denied.getReason() == null -> "permission denied";
            case FileAlreadyExistsException file
            when file.getReason() == null -> "%s is not a folder".formatted(file.getFile());
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
        };
    }
}
