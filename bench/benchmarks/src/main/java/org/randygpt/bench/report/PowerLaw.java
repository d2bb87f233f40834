package org.randygpt.bench.report;

import java.util.List;

/**
 * How one figure grows with another: y = factor · x^exponent.
 *
 * @param exponent 1 where twice as much takes twice as much
 */
record PowerLaw(double factor, double exponent) {

    /**
     * The line through the logarithms of the points with the least squares of its errors.
     *
     * @param points of at least two different x, both numbers above 0
     */
    static PowerLaw fitted(List<Chart.Point> points) {
        double meanX = points.stream()
                .mapToDouble(point -> Math.log(point.x()))
                .average()
                .orElseThrow();
        double meanY = points.stream()
                .mapToDouble(point -> Math.log(point.y()))
                .average()
                .orElseThrow();
        double squares = 0;
        double products = 0;
        for (Chart.Point point : points) {
            double x = Math.log(point.x()) - meanX;
            squares += x * x;
            products += x * (Math.log(point.y()) - meanY);
        }
        double exponent = products / squares;
        return new PowerLaw(Math.exp(meanY - exponent * meanX), exponent);
    }

    /** What it says of x. */
    double at(double x) {
        return factor * Math.pow(x, exponent);
    }
}
