package org.randygpt.cli;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.DocumentReader.ReadingProgress;

/**
 * Shows how far the reading of files, or other work, is, if it takes long enough: a line that is written over, or now
 * and then one.
 */
final class ReadingBar {
    private static final long NANOS_BEFORE = 1_000_000_000;
    private static final long NANOS_BETWEEN_PAINTS = 100_000_000;
    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
    private static final int CELLS = 24;

    private final Output out;
    private final LongSupplier clock;
    private final @Nullable LiveLines live;

    /**
     * Nothing is shown yet.
     *
     * @param clock in nanoseconds
     */
    ReadingBar(Output out, Screen screen, LongSupplier clock) {
        this.out = out;
        this.clock = clock;
        live = screen.isLive() ? new LiveLines(out, screen) : null;
    }

    /** Progress of reading a text, in bytes, which begins now. */
    ReadingProgress titled(String title) {
        return shown((read, of, seconds) -> "%s the text: %.0f %% of %s, %.0f MB/s"
                .formatted(title, percent(read, of), Formats.bytes(of), read / seconds / (1 << 20)));
    }

    /** Progress of work on so many things, such as tokens, which begins now. */
    ReadingProgress counting(String title, String things) {
        return shown((done, of, seconds) -> "%s: %.0f %% of %,d %s, %,.0f %s/s"
                .formatted(title, percent(done, of), of, things, done / seconds, things));
    }

    private interface Words {
        String of(long done, long of, double seconds);
    }

    private static double percent(long done, long of) {
        return of == 0 ? 100 : Math.min(100, 100.0 * done / of);
    }

    private ReadingProgress shown(Words words) {
        long begun = clock.getAsLong();
        long[] shown = {begun + NANOS_BEFORE - NANOS_BETWEEN_PAINTS};
        return (read, of) -> {
            long now = clock.getAsLong();
            if (now - shown[0] >= (live != null ? NANOS_BETWEEN_PAINTS : NANOS_BETWEEN_LINES)) {
                shown[0] = now;
                show(words.of(read, of, (now - begun) / 1e9), percent(read, of));
            }
        };
    }

    /** Leaves nothing of it on a terminal. */
    void erase() {
        if (live != null) {
            live.erase();
        }
    }

    private void show(String text, double percent) {
        if (live == null) {
            out.println(text);
            return;
        }
        int full = (int) Math.round(CELLS * percent / 100);
        live.show(List.of("[%s%s] %s".formatted("#".repeat(full), " ".repeat(CELLS - full), text)));
    }
}
