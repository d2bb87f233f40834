package org.randygpt.cli;

import java.io.IOException;
import java.util.Locale;

/** Standard output takes no more. */
final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputException(IOException cause) {
        super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /** Whether the reader has gone, as {@code head} does; nobody has to be told then. */
    boolean isClosedPipe() {
        String message = String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("pipe");
    }
}
