package org.randygpt.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Shows on standard error how far a check is, if it takes long enough: a line that is written over, or without a
 * terminal now and then one.
 */
final class CheckProgress {
    private static final long NANOS_BEFORE = 2_000_000_000;
    private static final long NANOS_BETWEEN_PAINTS = 200_000_000;
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier clock;
    private final long begun;
    private long shown;
    private boolean standing;

    /**
     * Of a check that begins now.
     *
     * @param clock in nanoseconds
     */
    CheckProgress(Environment environment, LongSupplier clock) {
        err = environment.err();
        terminal = environment.screen().isTerminal();
        this.clock = clock;
        begun = clock.getAsLong();
        shown = begun + NANOS_BEFORE - between();
    }

    private long between() {
        return terminal ? NANOS_BETWEEN_PAINTS : NANOS_BETWEEN_LINES;
    }

    /** Says which part is done, from 0 to 1. */
    void show(double part) {
        long now = clock.getAsLong();
        if (part <= 0 || now - shown < between()) {
            return;
        }
        shown = now;
        long left = (long) ((now - begun) * (1 - part) / part);
        String text = "Checking: %.0f %%, %s left".formatted(100 * part, Formats.duration(left));
        if (terminal) {
            err.print(ERASE_LINE + text);
            err.flush();
            standing = true;
        } else {
            err.println(text);
        }
    }

    /** Leaves nothing of it on a terminal. */
    void erase() {
        if (standing) {
            err.print(ERASE_LINE);
            err.flush();
            standing = false;
        }
    }
}
