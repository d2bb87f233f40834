package org.randygpt.bench.report;

import java.util.List;
import java.util.Map;

/**
 * A picture of some figures over two axes.
 *
 * @param title what it shows
 * @param x the axis to the right
 * @param y the axis upwards
 * @param series what is drawn, each with a colour of its own
 */
record Chart(String title, Axis x, Axis y, List<Series> series) {

    /**
     * An axis.
     *
     * @param title with the unit
     */
    record Axis(String title, Scale scale) {}

    /** How numbers lie along an axis. */
    enum Scale {
        LINEAR,
        LOGARITHMIC
    }

    /** How a series is drawn. */
    enum Look {
        /** Measured, one after the other. */
        LINE,
        /** Predicted, a limit, or somebody else's figures. */
        DASHED,
        /** Measured, each for itself. */
        POINTS
    }

    /** A place; both numbers are above 0 where the axis is logarithmic. */
    record Point(double x, double y) {}

    /**
     * Points that belong together.
     *
     * @param name for the legend, different from those of the other series
     * @param points at least one
     */
    record Series(String name, Look look, List<Point> points) {}

    /** The chart as an object of JSON. */
    Map<String, Object> json() {
        return Map.of(
                "title", title,
                "x", x.title(),
                "y", y.title(),
                "series", series.stream().map(Chart::json).toList());
    }

    private static Map<String, Object> json(Series one) {
        return Map.of(
                "name", one.name(),
                "x", one.points().stream().map(Point::x).toList(),
                "y", one.points().stream().map(Point::y).toList());
    }
}
