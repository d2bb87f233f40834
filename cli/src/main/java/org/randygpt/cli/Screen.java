package org.randygpt.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * What shows the standard output.
 *
 * @param columns characters of a line; 0 when there is no terminal
 */
record Screen(int columns) {
    private static final int USUAL_COLUMNS = 80;

    /** A file or a pipe. */
    static Screen none() {
        return new Screen(0);
    }

    /** The terminal of this process, as wide as it is now. */
    static Screen ofTerminal() {
        try {
            // Java cannot ask a terminal for its size.
            Process process = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(Redirect.DISCARD)
                    .start();
            String[] rowsAndColumns = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            int columns = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[1]) : 0;
            return new Screen(columns > 0 ? columns : USUAL_COLUMNS);
        } catch (IOException | NumberFormatException unknown) {
            return new Screen(USUAL_COLUMNS);
        }
    }

    /** Whether lines can be written over. */
    boolean isTerminal() {
        return columns > 0;
    }
}
