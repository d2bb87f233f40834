package org.randygpt.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.randygpt.bench.report.Chart.Look;
import org.randygpt.bench.report.Chart.Point;
import org.randygpt.bench.report.Chart.Series;

/**
 * What training steps take that differ in one number of their shape.
 *
 * @param number its name
 * @param usual what it is in the shape that the others are like
 * @param costs of at least two steps, from the smallest
 */
record GrowthLine(String number, int usual, List<Cost> costs) {

    /**
     * What a step takes.
     *
     * @param number of its shape
     * @param flops floating-point operations of its matrix products
     * @param seconds how long it takes
     * @param planned bytes of the model, the optimizer and the plan
     * @param used bytes of the heap that these really take
     */
    record Cost(int number, double flops, double seconds, long planned, long used) {}

    /** How a figure grows with the number. */
    PowerLaw law(ToDoubleFunction<Cost> figure) {
        return PowerLaw.fitted(points(figure, 1));
    }

    /** A figure over multiples of the usual number, which lines of other numbers share. */
    Series series(ToDoubleFunction<Cost> figure) {
        String name = "%s (exponent %.2f)".formatted(number, law(figure).exponent());
        return new Series(name, Look.LINE, points(figure, usual));
    }

    /** The exponents. */
    List<Row> exponents() {
        return List.of(
                exponent("time", Cost::seconds),
                exponent("arithmetic", Cost::flops),
                exponent("memory", Cost::planned));
    }

    /** Each step, against the peak of multiply-adds in operations a second. */
    List<Row> steps(double peak) {
        List<Row> rows = new ArrayList<>();
        for (Cost cost : costs) {
            rows.add(Row.of(
                    "step, %s %,d".formatted(number, cost.number()),
                    1e3 * cost.seconds(),
                    "ms",
                    new Ratio(share(cost, peak), "peak")));
            rows.add(Row.of(
                    "heap, %s %,d".formatted(number, cost.number()),
                    cost.used() / 1e6,
                    "MB",
                    new Ratio((double) cost.used() / cost.planned(), "what is planned")));
        }
        return rows;
    }

    /** The share of the peak that the largest of the steps reaches. */
    double shareOfPeak(double peak) {
        return share(costs.getLast(), peak);
    }

    private static double share(Cost cost, double peak) {
        return cost.flops() / cost.seconds() / peak;
    }

    private Row exponent(String of, ToDoubleFunction<Cost> figure) {
        String name = "exponent of %s, %s %,d to %,d"
                .formatted(
                        of, number, costs.getFirst().number(), costs.getLast().number());
        return Row.of(name, law(figure).exponent(), "");
    }

    private List<Point> points(ToDoubleFunction<Cost> figure, int unit) {
        return costs.stream()
                .map(cost -> new Point((double) cost.number() / unit, figure.applyAsDouble(cost)))
                .toList();
    }
}
