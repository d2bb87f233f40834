package org.randygpt.launcher;

import java.io.Serial;

/** What keeps randyGPT from starting, in a sentence for its user. */
final class LaunchException extends Exception {
    static final int BAD_INPUT = 2;
    static final int FAILED = 1;

    @Serial
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** An exception for what the user has to change ({@code exitCode} 2) or to install (1). */
    LaunchException(int exitCode, String message) {
        super("randygpt: " + message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
