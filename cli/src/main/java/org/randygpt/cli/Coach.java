package org.randygpt.cli;

import java.util.Optional;
import org.randygpt.train.Floors;
import org.randygpt.train.Metric;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.RunState;
import org.randygpt.train.TrainingConfig;

/**
 * Says a line about a run when there is something to do about it. Each line begins with what has been measured.
 *
 * <p>The share of clipped steps and the gradients' norm tell nothing here: late in a run of the default settings, which
 * goes well, nearly every step is clipped.
 */
final class Coach {
    /** Steps at the full learning rate after which a model should know more than how frequent tokens are. */
    private static final long STEPS_TO_UNIGRAM = 50;

    /** A model that has only learnt that is not quite as good as the table, nor quite as bad. */
    private static final double NEARLY = 0.98;

    /** Steps at the full learning rate after which a model should know more than pairs of tokens. */
    private static final long STEPS_TO_BIGRAM = 300;

    private static final int RISES = 5;
    private static final double LEAST_RISE = 0.2;
    private static final double LEAST_RISE_IN_DEVIATIONS = 2;
    /** So many times the usual learning rate, up and down, suits small models: outside lies the first suspect. */
    private static final float RATE_RANGE = 3;

    private final TrainingConfig config;
    private final Floors floors;
    private final Pace pace;
    private float best;
    private long bestStep;
    private long toldBest = -1;
    private float before = Float.POSITIVE_INFINITY;
    private int rises;
    private double lowest = Double.POSITIVE_INFINITY;
    private long lowestStep;
    private double deviationAtLowest;
    private boolean rateSaid;

    /**
     * A coach who has said nothing.
     *
     * @param start where the run stands
     * @param floors losses of tables of the same text
     * @param pace which others keep up to date
     */
    Coach(RunState start, Floors floors, Pace pace) {
        config = start.config();
        best = start.progress().best().loss();
        bestStep = start.progress().best().step();
        this.floors = floors;
        this.pace = pace;
    }

    /** What there is to say after a metric that the pace knows of already. */
    Optional<String> advice(Metric metric) {
        return switch (metric) {
            case Metric.Step step -> ofRate(step).or(() -> ofTables(step));
            case Metric.Evaluation evaluation -> ofValidation(evaluation);
            case Metric.Saved _, Metric.NotSaved _, Metric.Planned _, Metric.RolledBack _ -> Optional.empty();
        };
    }

    /**
     * A smoothed loss rises above its minimum by more than chance when steps are too long, and hardly ever otherwise.
     * What chance does is taken from how single losses scatter.
     */
    private Optional<String> ofRate(Metric.Step step) {
        double loss = pace.smoothedLoss();
        if (pace.isSettled() && loss < lowest) {
            lowest = loss;
            lowestStep = step.step();
            deviationAtLowest = pace.lossDeviation();
        }
        double chance = Math.max(LEAST_RISE, LEAST_RISE_IN_DEVIATIONS * deviationAtLowest);
        if (rateSaid || loss - lowest <= chance) {
            return Optional.empty();
        }
        rateSaid = true;
        return Optional.of(
                "The smoothed loss has risen from %.2f at step %,d to %.2f. The learning rate is probably too high: try a lower --lr than %s."
                        .formatted(
                                lowest,
                                lowestStep,
                                loss,
                                Formats.number(config.optimizer().learningRate())));
    }

    /** Tables are no match for long. */
    private Optional<String> ofTables(Metric.Step step) {
        long atFullRate = step.step() - config.schedule().warmup();
        double loss = pace.smoothedLoss();
        String rate = rateRemedy();
        if (!rateSaid && atFullRate == STEPS_TO_UNIGRAM && loss > NEARLY * floors.unigram() && !rate.isEmpty()) {
            return Optional.of(
                    "After %,d steps the smoothed loss is still %.2f; a table of frequencies (unigram) gives %.2f. %s"
                            .formatted(step.step(), loss, floors.unigram(), rate));
        }
        if (atFullRate == STEPS_TO_BIGRAM && loss > floors.bigram()) {
            return Optional.of(
                    "After %,d steps the smoothed loss, %.2f, is still above that of the bigram table, %.2f. %s"
                            .formatted(
                                    step.step(),
                                    loss,
                                    floors.bigram(),
                                    rate.isEmpty() ? "It may take more --iters, or a larger --batch." : rate));
        }
        return Optional.empty();
    }

    /** Empty where the learning rate is not the first suspect. */
    private String rateRemedy() {
        OptimizerConfig optimizer = config.optimizer();
        float usual = OptimizerConfig.usual(optimizer.algorithm()).learningRate();
        String rate = Formats.number(optimizer.learningRate());
        if (optimizer.learningRate() > usual * RATE_RANGE) {
            return "The learning rate is probably too high: try a lower --lr than %s.".formatted(rate);
        }
        if (optimizer.learningRate() < usual / RATE_RANGE) {
            return "The learning rate is probably too low: try a higher --lr than %s.".formatted(rate);
        }
        return "";
    }

    private Optional<String> ofValidation(Metric.Evaluation evaluation) {
        if (evaluation.best()) {
            best = evaluation.loss();
            bestStep = evaluation.step();
        }
        rises = evaluation.loss() > before ? rises + 1 : 0;
        before = evaluation.loss();
        if (rises != RISES || bestStep == toldBest) {
            return Optional.empty();
        }
        toldBest = bestStep;
        return Optional.of(
                "Validation has risen five times in a row; it was best at step %,d, %.4f, and that model is kept. More steps will hardly help (Ctrl-C stops); a longer text, a smaller model or --dropout would."
                        .formatted(bestStep, best));
    }
}
