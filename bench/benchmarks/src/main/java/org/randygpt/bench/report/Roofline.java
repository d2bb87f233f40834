package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.randygpt.bench.report.Chart.Axis;
import org.randygpt.bench.report.Chart.Look;
import org.randygpt.bench.report.Chart.Point;
import org.randygpt.bench.report.Chart.Scale;
import org.randygpt.bench.report.Chart.Series;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.CpuPlan.OpTime;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.OpGroup;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.VectorKernels;

/** The training step operation by operation, each against what limits it (Williams, Waterman and Patterson 2009). */
final class Roofline implements Subject {
    private static final ModelSize MODEL = ModelSize.SMALL;
    /** Passes over a tensor of a step in units of forward's: backward reads and writes about twice as much. */
    private static final int PASSES = 3;

    private static final int WARM_UP = 40;
    private static final double LEAST_INTENSITY = 0.25;
    private static final double MOST_INTENSITY = 256;

    /**
     * What a machine does at most.
     *
     * @param flops floating-point operations a second
     * @param bytes of memory read or written a second
     */
    record Roof(double flops, double bytes) {
        /** The least seconds that some work takes. */
        double leastSeconds(double work, double traffic) {
            return Math.max(work / flops, traffic / bytes);
        }

        /** The most floating-point operations a second of work that does so many for each byte. */
        double at(double intensity) {
            return Math.min(flops, intensity * bytes);
        }
    }

    @Override
    public String title() {
        return "The step of %s, operation by operation".formatted(MODEL.description());
    }

    @Override
    public Section measure(Setting setting) throws IOException {
        Bandwidth memory = new Bandwidth();
        double copy =
                Rounds.of(setting.extent(), () -> memory.copy(setting.all())).seconds(0);
        Roof roof = new Roof(MultiplyAddPeak.measure(setting.all()), 2 * memory.bytes() / copy);
        int steps = Math.max(WARM_UP, 4 * setting.extent().rounds());
        List<OpGroup> groups = OpGroup.of(times(setting, steps));
        return section(title(), groups, steps, roof);
    }

    private static List<OpTime> times(Setting setting, int steps) {
        Graph graph = MODEL.trainingGraph();
        Parameters parameters = new Parameters(graph);
        parameters.initialize(new SplittableRandom(1));
        CpuPlan plan = new CpuPlan(graph, parameters, setting.all(), VectorKernels::new);
        int[] tokens =
                Samples.tokens(graph.batch() * graph.time(), MODEL.config().vocabSize());
        List<OpTime> before = List.of();
        for (int step = 0; step < WARM_UP + steps; step++) {
            if (step == WARM_UP) {
                before = plan.times();
            }
            var _ = plan.forward(tokens, tokens);
            plan.backward();
        }
        List<OpTime> after = plan.times();
        List<OpTime> between = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            between.add(new OpTime(
                    after.get(i).op(),
                    after.get(i).forwardNanos() - before.get(i).forwardNanos(),
                    after.get(i).backwardNanos() - before.get(i).backwardNanos()));
        }
        return between;
    }

    /** Rows and picture of operations that were done {@code steps} times. */
    static Section section(String title, List<OpGroup> groups, int steps, Roof roof) {
        List<Row> rows = new ArrayList<>();
        List<Series> series = new ArrayList<>();
        series.add(new Series("what the machine does at most", Look.DASHED, roofLine(roof)));
        for (OpGroup group : groups) {
            double seconds = group.nanos() / 1e9 / steps;
            double work = (double) PASSES * group.flops();
            double traffic = (double) PASSES * group.bytes();
            String limit = work / roof.flops() > traffic / roof.bytes() ? "peak" : "copying memory";
            String name = group.label().replaceAll(" +", " ");
            rows.add(Row.of(
                    "%d x %s".formatted(group.count(), name),
                    1e3 * seconds,
                    "ms",
                    new Ratio(roof.leastSeconds(work, traffic) / seconds, limit)));
            if (work > 0) {
                series.add(new Series(name, Look.POINTS, List.of(new Point(work / traffic, work / seconds / 1e9))));
            }
        }
        Chart chart = new Chart(
                "Roofline of the training step",
                new Axis("floating-point operations for each byte of its tensors", Scale.LOGARITHMIC),
                new Axis("GFLOP/s", Scale.LOGARITHMIC),
                series);
        return Section.of(
                        title,
                        "Forward and backward of one step with all cores, in this process. The ratio is the least time"
                                + " that the nearer limit allows, as a share of the time taken: arithmetic of matrix products at"
                                + " the peak, or each tensor read or written once forward and twice backward, at the speed of"
                                + " copying memory. Above 1 is what comes from caches. The picture has the matrix"
                                + " products.",
                        List.of(
                                Row.of("peak of multiply-adds", roof.flops() / 1e9, "GFLOP/s"),
                                Row.of("copying memory", roof.bytes() / 1e9, "GB/s")))
                .withDetails(rows)
                .withCharts(chart);
    }

    private static List<Point> roofLine(Roof roof) {
        double ridge = roof.flops() / roof.bytes();
        return List.of(
                new Point(LEAST_INTENSITY, roof.at(LEAST_INTENSITY) / 1e9),
                new Point(ridge, roof.at(ridge) / 1e9),
                new Point(Math.max(2 * ridge, MOST_INTENSITY), roof.flops() / 1e9));
    }
}
