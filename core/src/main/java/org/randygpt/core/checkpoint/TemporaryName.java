package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The name that a file or folder has until it is whole, of which nobody has to know.
 *
 * @param name it, which begins with a dot
 * @param target the name that it is to have
 */
record TemporaryName(Path name, Path target) {

    /** A problem with what has the temporary name, or with something in it, as one with what is to have the other. */
    IOException problemOfTarget(IOException problem) {
        if (!(problem instanceof FileSystemException withFile) || withFile.getFile() == null) {
            return problem;
        }
        Path file = Path.of(withFile.getFile());
        if (!file.startsWith(name)) {
            return problem;
        }
        String shown = target.resolve(name.relativize(file)).toString();
        @Nullable String reason = withFile.getReason();
        FileSystemException ofTarget = switch (withFile) {
            case NoSuchFileException _ -> new NoSuchFileException(shown, null, reason);
            case AccessDeniedException _ -> new AccessDeniedException(shown, null, reason);
            default -> new FileSystemException(shown, null, reason);
        };
        ofTarget.initCause(problem);
        return ofTarget;
    }
}
