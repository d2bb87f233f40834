package org.randygpt.cli.charts;

/**
 * Points that belong together.
 *
 * @param name for the legend; empty for none there
 * @param x rising
 * @param y as many
 * @param look how they are drawn
 * @param colour which of the colours, 0 for the first; several series may share one
 */
@SuppressWarnings("ArrayRecordComponent") // as XChart takes them
public record Series(String name, double[] x, double[] y, Look look, int colour) {

    /** How a series is drawn. */
    public enum Look {
        /** A thin, pale line: what scatters. */
        PALE,
        /** A line that stands out. */
        BOLD,
        /** Points, with a thin line between them: what was measured now and then. */
        POINTS
    }
}
