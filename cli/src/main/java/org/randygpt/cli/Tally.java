package org.randygpt.cli;

import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;

/** What a run's metrics add up to. */
final class Tally implements MetricSink {
    private long steps;
    private long stepNanos;
    private long evaluationNanos;
    private long bestStep;

    @Override
    public void accept(Metric metric) {
        switch (metric) {
            case Metric.Step step -> {
                steps++;
                stepNanos += step.nanos();
            }
            case Metric.Evaluation evaluation -> {
                evaluationNanos += evaluation.nanos();
                bestStep = evaluation.best() ? evaluation.step() : bestStep;
            }
            case Metric.Saved _, Metric.NotSaved _ -> {}
        }
    }

    /** Steps that were done. */
    long steps() {
        return steps;
    }

    /** Wall time of all steps. */
    long stepNanos() {
        return stepNanos;
    }

    /** Wall time of all validations. */
    long evaluationNanos() {
        return evaluationNanos;
    }

    /** The step with the lowest validation loss; 0 when there was no new one. */
    long bestStep() {
        return bestStep;
    }
}
