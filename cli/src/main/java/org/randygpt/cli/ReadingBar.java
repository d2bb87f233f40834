package org.randygpt.cli;

import java.util.function.LongSupplier;
import org.randygpt.core.data.DocumentReader.ReadingProgress;

/** Shows how far the reading of files is, if it takes long enough: a line that is written over, or now and then one. */
final class ReadingBar {
    private static final long NANOS_BEFORE = 1_000_000_000;
    private static final long NANOS_BETWEEN_PAINTS = 100_000_000;
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
    private static final int CELLS = 24;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Output out;
    private final Screen screen;
    private final LongSupplier clock;
    private boolean standing;

    /**
     * Nothing is shown yet.
     *
     * @param clock in nanoseconds
     */
    ReadingBar(Output out, Screen screen, LongSupplier clock) {
        this.out = out;
        this.screen = screen;
        this.clock = clock;
    }

    /** Progress of something that begins now. */
    ReadingProgress titled(String title) {
        long begun = clock.getAsLong();
        long[] shown = {begun + NANOS_BEFORE - NANOS_BETWEEN_PAINTS};
        return (read, of) -> {
            long now = clock.getAsLong();
            boolean terminal = screen.isTerminal();
            if (now - shown[0] >= (terminal ? NANOS_BETWEEN_PAINTS : NANOS_BETWEEN_LINES)) {
                shown[0] = now;
                show(title, read, of, now - begun);
            }
        };
    }

    /** Leaves nothing of it on a terminal. */
    void erase() {
        if (standing) {
            out.print(ERASE_LINE);
            out.flush();
            standing = false;
        }
    }

    private void show(String title, long read, long of, long nanos) {
        double part = of == 0 ? 1 : Math.min(1, (double) read / of);
        String text = "%s the text: %.0f %% of %s, %.0f MB/s"
                .formatted(title, 100 * part, Formats.bytes(of), read / (nanos / 1e9) / (1 << 20));
        if (!screen.isTerminal()) {
            out.println(text);
            return;
        }
        int full = (int) Math.round(CELLS * part);
        String bar = "[%s%s] %s".formatted("#".repeat(full), " ".repeat(CELLS - full), text);
        out.print(ERASE_LINE + bar.substring(0, Math.min(bar.length(), Math.max(1, screen.columns() - 1))));
        out.flush();
        standing = true;
    }
}
