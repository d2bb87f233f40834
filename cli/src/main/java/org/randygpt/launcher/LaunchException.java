package org.randygpt.launcher;

import java.io.Serial;

/** What keeps randyGPT from starting, in a sentence for its user. */
final class LaunchException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    LaunchException(String message) {
        super(message);
    }
}
