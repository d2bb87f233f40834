package org.randygpt.cli;

import org.randygpt.train.Metric;
import org.randygpt.train.TrainingConfig;

/** How well and how fast a run has been going lately. */
final class Pace {
    // Means over the last steps, each with this much less weight than the one after it.
    private static final double KEPT = 0.95;

    private final TrainingConfig config;
    private final int tokensOfStep;
    private long done;
    private double weight;
    private double losses;
    private double nanos;
    private long evaluationNanos;
    private float validationLoss = Float.NaN;

    /** A run that has not begun. */
    Pace(TrainingConfig config, int tokensOfStep) {
        this.config = config;
        this.tokensOfStep = tokensOfStep;
    }

    void add(Metric metric) {
        switch (metric) {
            case Metric.Step step -> {
                done = step.step();
                weight = weight * KEPT + 1;
                losses = losses * KEPT + step.loss();
                nanos = nanos * KEPT + step.nanos();
            }
            case Metric.Evaluation evaluation -> {
                validationLoss = evaluation.loss();
                evaluationNanos = evaluation.nanos();
            }
            case Metric.Saved _, Metric.NotSaved _ -> {}
        }
    }

    /** Steps of the whole run. */
    long steps() {
        return config.iterations();
    }

    /** Steps that have been done. */
    long done() {
        return done;
    }

    /** Whether a validation follows the step that was added last. */
    boolean isValidated() {
        return done % config.evaluateEvery() == 0 || done == config.iterations();
    }

    /** Mean loss, in nats per token. */
    double loss() {
        return losses / weight;
    }

    /** The last validation loss, in nats per token; NaN before the first. */
    float validationLoss() {
        return validationLoss;
    }

    /** Mean wall time of a step, in nanoseconds. */
    double stepNanos() {
        return nanos / weight;
    }

    /** Tokens a second. */
    double speed() {
        return tokensOfStep / stepNanos() * 1e9;
    }

    /** The time that the remaining steps and validations will take. */
    long nanosLeft() {
        // The last step is followed by one, too.
        long validations = done == config.iterations()
                ? 0
                : Math.ceilDiv(config.iterations(), config.evaluateEvery()) - done / config.evaluateEvery();
        return (long) ((config.iterations() - done) * stepNanos()) + validations * evaluationNanos;
    }
}
