package org.randygpt.train;

/**
 * The settings of a training run, the model's shape apart.
 *
 * @param batch B, windows of a step
 * @param microBatch windows that are computed at once; divides the batch
 * @param iterations steps of the whole run
 * @param optimizer how gradients change the weights
 * @param schedule of the learning rate
 * @param dropout share of activations that a step leaves out
 * @param averaging share of the averaged weights that each step keeps: they are what is validated and saved; 0: the
 *     weights themselves are
 * @param stopping what ends the run before its last step
 * @param evaluateEvery steps between two validation losses
 * @param sampling which windows of the text are trained on
 * @param seed of the initial weights and of the choice of windows
 */
public record TrainingConfig(
        int batch,
        int microBatch,
        long iterations,
        OptimizerConfig optimizer,
        ScheduleConfig schedule,
        float dropout,
        float averaging,
        Stopping stopping,
        long evaluateEvery,
        Sampling sampling,
        long seed) {

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public TrainingConfig {
        Settings.require(batch >= 1, "batch is %s; it must be at least 1", batch);
        Settings.require(
                microBatch >= 1 && batch % microBatch == 0,
                "micro-batch is %s; it must divide the batch of %s",
                microBatch,
                batch);
        Settings.require(iterations >= 1, "the number of iterations is %s; it must be at least 1", iterations);
        Settings.require(
                schedule.minLearningRate() <= optimizer.learningRate(),
                "minimum learning rate is %s; it must lie between 0 and the learning rate, %s",
                schedule.minLearningRate(),
                optimizer.learningRate());
        Settings.require(dropout >= 0 && dropout < 1, "dropout is %s; it must lie in [0, 1)", dropout);
        Settings.require(averaging >= 0 && averaging < 1, "averaging is %s; it must lie in [0, 1)", averaging);
        Settings.require(
                evaluateEvery >= 1, "steps between validations are %s; there must be at least 1", evaluateEvery);
    }

    /** Settings with neither dropout, averaging nor anything that stops a run early. */
    public TrainingConfig(
            int batch,
            int microBatch,
            long iterations,
            OptimizerConfig optimizer,
            ScheduleConfig schedule,
            long evaluateEvery,
            long seed) {
        this(
                batch,
                microBatch,
                iterations,
                optimizer,
                schedule,
                0,
                0,
                Stopping.USUAL,
                evaluateEvery,
                Sampling.USUAL,
                seed);
    }

    /** Forward and backward passes of a step. */
    public int passes() {
        return batch / microBatch;
    }

    /** The learning rate of each step. */
    LearningRate rates() {
        float peak = optimizer.learningRate();
        float floor = schedule.minLearningRate();
        return switch (schedule.shape()) {
            case COSINE -> new WarmupCosine(peak, floor, schedule.warmup(), iterations);
            case WSD -> {
                long decay = Math.round((double) schedule.decayFraction() * iterations);
                yield new WarmupStableDecay(peak, floor, schedule.warmup(), decay, iterations);
            }
            case CONSTANT, PLATEAU -> new WarmupConstant(peak, schedule.warmup());
        };
    }

    /**
     * The step after which the run is validated next.
     *
     * @param done steps that have been done, less than there are
     */
    public long nextValidation(long done) {
        return Math.min(iterations, (done / evaluateEvery + 1) * evaluateEvery);
    }

    /** The same settings with a number of steps in place of a budget of time. */
    public TrainingConfig withoutMinutes() {
        return withMinutes(0);
    }

    /** The same settings with another budget of time. */
    TrainingConfig withMinutes(float minutes) {
        Stopping budget = new Stopping(stopping.patience(), minutes, stopping.onNan());
        return new TrainingConfig(
                batch,
                microBatch,
                iterations,
                optimizer,
                schedule,
                dropout,
                averaging,
                budget,
                evaluateEvery,
                sampling,
                seed);
    }

    /** The same settings with another number of steps. */
    public TrainingConfig withIterations(long number) {
        return new TrainingConfig(
                batch,
                microBatch,
                number,
                optimizer,
                schedule,
                dropout,
                averaging,
                stopping,
                evaluateEvery,
                sampling,
                seed);
    }
}
