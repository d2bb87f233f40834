package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else trains in a folder. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(Path folder) {
        super("%s: another run is training there; wait for its end, or use another folder".formatted(folder));
    }
}
