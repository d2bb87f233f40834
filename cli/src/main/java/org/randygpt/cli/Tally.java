package org.randygpt.cli;

import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;

/** What a run's metrics add up to. */
final class Tally implements MetricSink {
    private final float clip;
    private long steps;
    private long clipped;
    private long stepNanos;
    private long evaluationNanos;

    /**
     * Sums of nothing.
     *
     * @param clip above which a gradient's norm is clipped
     */
    Tally(float clip) {
        this.clip = clip;
    }

    @Override
    public void accept(Metric metric) {
        switch (metric) {
            case Metric.Step step -> {
                steps++;
                clipped += step.gradientNorm() > clip ? 1 : 0;
                stepNanos += step.nanos();
            }
            case Metric.Evaluation evaluation -> {
                evaluationNanos += evaluation.nanos();
            }
            case Metric.Saved _, Metric.NotSaved _, Metric.Planned _, Metric.RolledBack _ -> {}
        }
    }

    /** Steps that were done. */
    long steps() {
        return steps;
    }

    /** Steps whose gradients were clipped. */
    long clipped() {
        return clipped;
    }

    /** Wall time of all steps. */
    long stepNanos() {
        return stepNanos;
    }

    /** Wall time of all validations. */
    long evaluationNanos() {
        return evaluationNanos;
    }
}
