package org.randygpt.cli.charts;

/**
 * A value to compare with, drawn as a line across a chart with its name at the right.
 *
 * @param name short
 * @param colour which of the colours, 0 for the first, or {@link #QUIET}
 */
public record Level(String name, double value, int colour) {
    /** The colour of what belongs to no series. */
    public static final int QUIET = -1;

    /** A level that belongs to no series. */
    public Level(String name, double value) {
        this(name, value, QUIET);
    }

    /** Its name and value, as they stand beside it. */
    String label() {
        return "%s %.2f".formatted(name, value);
    }
}
