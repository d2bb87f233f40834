package org.randygpt.cli;

import java.time.Duration;

/** Numbers as people read them. */
final class Formats {
    private static final long KIBI = 1024;

    private Formats() {}

    /** 210 KB, 1.3 MB, 512 MB or 1.9 GB, in powers of 1024, rounded up below a gigabyte. */
    static String bytes(long bytes) {
        long kilo = Math.ceilDiv(bytes, KIBI);
        if (kilo < KIBI) {
            return "%d KB".formatted(kilo);
        }
        double mega = (double) bytes / (KIBI * KIBI);
        if (mega < 10) {
            return "%.1f MB".formatted(Math.ceil(10 * mega) / 10).replace(".0 ", " ");
        }
        return mega < 1000 ? "%.0f MB".formatted(Math.ceil(mega)) : "%,.1f GB".formatted(mega / KIBI);
    }

    /** 9.3 s, 48 s, 3 min 20 s or 2 h 05 min. */
    static String duration(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        if (duration.toSeconds() < 10) {
            return "%.1f s".formatted(nanos / 1e9);
        }
        if (duration.toMinutes() < 1) {
            return "%d s".formatted(duration.toSeconds());
        }
        if (duration.toHours() < 1) {
            return "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart());
        }
        return "%,d h %02d min".formatted(duration.toHours(), duration.toMinutesPart());
    }

    /** Milliseconds with three significant digits. */
    static String milliseconds(double nanos) {
        double milliseconds = nanos / 1e6;
        int decimals = milliseconds >= 100 ? 0 : milliseconds >= 10 ? 1 : 2;
        return ("%." + decimals + "f").formatted(milliseconds);
    }

    /** 0.003 or 1e-5: as few digits as tell it from other floats. */
    static String number(float number) {
        return Float.toString(number).replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
    }

    /** 1 layer, 2 layers. */
    static String count(long number, String thing) {
        return "%,d %s%s".formatted(number, thing, number == 1 ? "" : "s");
    }

    /** A word as a shell takes it. */
    static String shellWord(String word) {
        return word.matches("[\\w./:@%+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
