package org.randygpt.train.records;

/** Measured times, without digits that say nothing. */
final class Figures {
    private static final double NANOS_PER_MICROSECOND = 1e3;
    private static final double PER_UNIT = 10;

    private Figures() {}

    /** Milliseconds, to the microsecond. */
    static double milliseconds(long nanos) {
        return Math.round(nanos / NANOS_PER_MICROSECOND) / NANOS_PER_MICROSECOND;
    }

    /** A number to a tenth. */
    static double rounded(double number) {
        return Math.round(number * PER_UNIT) / PER_UNIT;
    }
}
