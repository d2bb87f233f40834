package org.randygpt.cli;

import java.util.List;
import org.randygpt.train.Metric;
import org.randygpt.train.MetricSink;
import org.randygpt.train.RunState;
import org.randygpt.train.TrainingConfig;

/** How well and how fast a run has been going lately. */
final class Pace implements MetricSink {
    // Means over the last steps, each with this much less weight than the one after it; divided by the sum of weights,
    // so that the first steps do not pull towards 0.
    private static final double KEPT = 0.95;
    // The part of the weight in the end that ten steps have.
    private static final double SETTLED = 0.4;

    private RunState start;
    private TrainingConfig config;
    private final Yardsticks yardsticks;
    private Metric.Step last = new Metric.Step(0, Float.NaN, Float.NaN, Float.NaN, 0);
    private double weight;
    private double losses;
    private double squares;
    private double clipped;
    private double nanos;
    private long evaluationNanos;
    private float validationLoss = Float.NaN;

    /** A run that has not begun. */
    Pace(RunState start, Yardsticks yardsticks) {
        this.start = start;
        config = start.config();
        this.yardsticks = yardsticks;
    }

    @Override
    public void accept(Metric metric) {
        switch (metric) {
            case Metric.Step step -> {
                squares = squares * KEPT + (weight == 0 ? 0 : Math.pow(step.loss() - last.loss(), 2));
                last = step;
                weight = weight * KEPT + 1;
                losses = losses * KEPT + step.loss();
                clipped = clipped * KEPT
                        + (step.gradientNorm() > config.optimizer().clip() ? 1 : 0);
                nanos = nanos * KEPT + step.nanos();
            }
            case Metric.Evaluation evaluation -> {
                validationLoss = evaluation.loss();
                evaluationNanos = evaluation.nanos();
            }
            case Metric.Planned planned -> {
                config = config.withIterations(planned.steps());
                start = start.with(config);
            }
            case Metric.RolledBack _, Metric.Saved _, Metric.NotSaved _ -> {}
        }
    }

    /** Steps of the whole run. */
    long steps() {
        return config.iterations();
    }

    /** Steps that have been done. */
    long done() {
        return last.step();
    }

    /** The last step; numbers that are none before the first. */
    Metric.Step last() {
        return last;
    }

    /** Whether a validation follows the step that was added last. */
    boolean isValidated() {
        return validations(done() - 1, done()) > 0;
    }

    /** Mean loss, in nats per token. */
    double smoothedLoss() {
        return losses / weight;
    }

    /** What {@link #smoothedLoss} is after each of the first steps of a run. */
    static double[] smoothedLosses(List<Metric.Step> steps) {
        double losses = 0;
        double weight = 0;
        double[] smoothed = new double[steps.size()];
        for (int i = 0; i < smoothed.length; i++) {
            losses = losses * KEPT + steps.get(i).loss();
            weight = weight * KEPT + 1;
            smoothed[i] = losses / weight;
        }
        return smoothed;
    }

    /** Whether means are over enough steps for chance to say little. */
    boolean isSettled() {
        return weight > SETTLED / (1 - KEPT);
    }

    /**
     * The standard deviation of single steps' losses, from differences of successive ones: where they tend does not
     * count.
     */
    double lossDeviation() {
        return Math.sqrt(squares / 2 / weight);
    }

    /** The share of steps whose gradients were clipped, 0 to 1. */
    double clippedShare() {
        return clipped / weight;
    }

    /** The last validation loss, in nats per token; NaN before the first. */
    float validationLoss() {
        return validationLoss;
    }

    /** The last validation loss in bits per byte of UTF-8. */
    double bitsPerByte() {
        return yardsticks.bitsPerByte(validationLoss);
    }

    /** The number of equally likely tokens that the last validation loss amounts to. */
    double perplexity() {
        return Math.exp(validationLoss);
    }

    /** Tokens a second. */
    double speed() {
        return yardsticks.tokensOfStep() / stepNanos() * 1e9;
    }

    /** The part of what the machine can do, 0 to 1; NaN when nobody knows what it can do. */
    double shareOfPeak() {
        return yardsticks.flopsOfStep() / stepNanos() * 1e9 / yardsticks.peak();
    }

    /** The step after which the run is saved next; when all are done, the last one. */
    long nextSave() {
        return done() == config.iterations() ? done() : start.nextSave(done());
    }

    /** The time until the next save. */
    long nanosToSave() {
        return nanosTo(nextSave());
    }

    /** The time that the remaining steps and validations will take. */
    long nanosLeft() {
        return nanosTo(config.iterations());
    }

    private long nanosTo(long step) {
        return (long) ((step - done()) * stepNanos()) + validations(done(), step) * evaluationNanos;
    }

    /** Validations after one step and up to another; the last step is followed by one, too. */
    private long validations(long after, long upTo) {
        long regular = upTo / config.evaluateEvery() - after / config.evaluateEvery();
        boolean onlyLast = upTo == config.iterations() && after < upTo && upTo % config.evaluateEvery() != 0;
        return regular + (onlyLast ? 1 : 0);
    }

    private double stepNanos() {
        return nanos / weight;
    }
}
