package org.randygpt.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.CpuPlan.OpTime;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.OpGroup;
import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;

/** Where the time of a step goes, once it has become steady: in the second half of a run. */
final class Profile implements MetricSink {
    private static final int MOST_STEPS = 100_000;

    private final CpuPlan plan;
    private final LongSupplier waited;
    private final int passes;
    private final long half;
    private final double peak;
    private final long[] forward;
    private final long[] backward;
    private final long[] steps = new long[MOST_STEPS];
    private int measured;
    private List<OpTime> before = List.of();
    private long waitedBefore;
    private long waiting;

    /**
     * A profile of what is still to come.
     *
     * @param waited how long batches have been waited for so far, in nanoseconds
     * @param passes forward and backward passes of a step
     * @param half the step after which times count
     * @param peak floating-point operations a second that the machine can do; NaN when nobody knows
     */
    Profile(CpuPlan plan, LongSupplier waited, int passes, long half, double peak) {
        this.plan = plan;
        this.waited = waited;
        this.passes = passes;
        this.half = half;
        this.peak = peak;
        forward = new long[plan.graph().ops().size()];
        backward = new long[forward.length];
    }

    @Override
    public void accept(Metric metric) {
        switch (metric) {
            case Metric.Step step
            when step.step() > half && measured < MOST_STEPS -> {
                List<OpTime> now = plan.times();
                if (!before.isEmpty()) {
                    add(now);
                    waiting += waited.getAsLong() - waitedBefore;
                    steps[measured++] = step.nanos();
                }
                begin(now);
            }
            case Metric.Step step when step.step() == half -> begin(plan.times());
            // A validation runs the forward pass, too: its time does not count.
            case Metric.Evaluation _ when !before.isEmpty() -> begin(plan.times());
            default -> {}
        }
    }

    private void begin(List<OpTime> times) {
        before = times;
        waitedBefore = waited.getAsLong();
    }

    /** The table, for people. */
    void print(Output out) {
        if (measured == 0) {
            out.println("There is no profile: no step of the second half was done.");
            return;
        }
        Arrays.sort(steps, 0, measured);
        double median = steps[measured / 2];
        double total = Arrays.stream(steps, 0, measured).sum();
        double flops = passes * Yardsticks.flops(plan.graph());
        double speed = flops / median * 1e9;
        out.println("Multiply-adds  a step of %s ms does %.2f GFLOP, %.0f GFLOP/s%s"
                .formatted(
                        Formats.milliseconds(median),
                        flops / 1e9,
                        speed / 1e9,
                        Double.isNaN(peak)
                                ? ""
                                : ": %.0f %% of the %.0f GFLOP/s that the machine does at most"
                                        .formatted(100 * speed / peak, peak / 1e9)));
        out.println("");
        out.println("%-34s %5s %11s %11s %8s %7s"
                .formatted("Operation", "count", "forward ms", "backward ms", "GFLOP/s", "share"));
        double accounted = 0;
        for (OpGroup group : groups()) {
            out.println(line(group, total));
            accounted += group.nanos();
        }
        rest("waiting for batches", (double) waiting, total, out);
        rest("optimizer and the rest", total - accounted - waiting, total, out);
    }

    private void rest(String what, double nanos, double total, Output out) {
        out.println("%-34s %5s %11s %11.3f %8s %5.1f %%"
                .formatted(what, "", "", nanos / measured / 1e6, "", 100 * nanos / total));
    }

    private void add(List<OpTime> now) {
        for (int i = 0; i < forward.length; i++) {
            forward[i] += now.get(i).forwardNanos() - before.get(i).forwardNanos();
            backward[i] += now.get(i).backwardNanos() - before.get(i).backwardNanos();
        }
    }

    private List<OpGroup> groups() {
        List<Op> ops = plan.graph().ops();
        return OpGroup.of(IntStream.range(0, forward.length)
                .mapToObj(i -> new OpTime(ops.get(i), forward[i], backward[i]))
                .toList());
    }

    private String line(OpGroup group, double total) {
        double flops = (double) (1 + Yardsticks.BACKWARD_WORK) * group.flops() * measured * passes;
        return "%-34s %5d %11.3f %11.3f %8s %5.1f %%"
                .formatted(
                        group.label(),
                        group.count(),
                        group.forwardNanos() / 1e6 / measured,
                        group.backwardNanos() / 1e6 / measured,
                        flops == 0 ? "" : "%.1f".formatted(flops / group.nanos()),
                        100 * group.nanos() / total);
    }
}
