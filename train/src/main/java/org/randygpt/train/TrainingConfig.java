package org.randygpt.train;

/**
 * The settings of a training run, the model's shape apart.
 *
 * @param batch B, windows of a step
 * @param iterations steps of the whole run
 * @param learningRate peak, reached after the warm-up
 * @param minLearningRate where the schedule ends, unless it is constant
 * @param warmup steps in which the rate rises from 0
 * @param schedule of the learning rate after the warm-up
 * @param decayFraction of all steps in which {@link Schedule#WSD} falls; the others do not read it
 * @param beta1 AdamW's decay of the first moment
 * @param beta2 AdamW's decay of the second moment
 * @param epsilon AdamW's, added to the root of the second moment
 * @param weightDecay of matrices, embeddings included; vectors have none
 * @param clip largest L2 norm of all gradients together; larger ones are scaled down to it
 * @param evaluateEvery steps between two validation losses
 * @param seed of the initial weights and of the choice of windows
 */
public record TrainingConfig(
        int batch,
        long iterations,
        float learningRate,
        float minLearningRate,
        long warmup,
        Schedule schedule,
        float decayFraction,
        float beta1,
        float beta2,
        float epsilon,
        float weightDecay,
        float clip,
        long evaluateEvery,
        long seed) {

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public TrainingConfig {
        require(batch >= 1, "batch is %s; it must be at least 1", batch);
        require(iterations >= 1, "the number of iterations is %s; it must be at least 1", iterations);
        require(learningRate > 0 && learningRate <= 1, "learning rate is %s; it must lie in (0, 1]", learningRate);
        require(
                minLearningRate >= 0 && minLearningRate <= learningRate,
                "minimum learning rate is %s; it must lie between 0 and the learning rate, %s",
                minLearningRate,
                learningRate);
        require(warmup >= 0, "warm-up is %s steps; it must be at least 0", warmup);
        require(decayFraction >= 0 && decayFraction <= 1, "decay fraction is %s; it must lie in [0, 1]", decayFraction);
        require(beta1 >= 0 && beta1 < 1, "beta1 is %s; it must lie in [0, 1)", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 is %s; it must lie in [0, 1)", beta2);
        require(epsilon > 0, "epsilon is %s; it must be above 0", epsilon);
        require(weightDecay >= 0 && weightDecay <= 1, "weight decay is %s; it must lie in [0, 1]", weightDecay);
        require(clip > 0, "the clipping norm is %s; it must be above 0", clip);
        require(evaluateEvery >= 1, "steps between validations are %s; there must be at least 1", evaluateEvery);
    }

    /** The learning rate of each step. */
    LearningRate rates() {
        return switch (schedule) {
            case COSINE -> new WarmupCosine(learningRate, minLearningRate, warmup, iterations);
            case WSD -> {
                long decay = Math.round((double) decayFraction * iterations);
                yield new WarmupStableDecay(learningRate, minLearningRate, warmup, decay, iterations);
            }
            case CONSTANT -> new WarmupConstant(learningRate, warmup);
        };
    }

    /**
     * The step at which the run is saved next.
     *
     * @param done steps that have been done, less than there are
     */
    public long nextSave(long done) {
        return Math.min(iterations, (done / evaluateEvery + 1) * evaluateEvery);
    }

    /** The same settings with another number of steps. */
    public TrainingConfig withIterations(long number) {
        return new TrainingConfig(
                batch,
                number,
                learningRate,
                minLearningRate,
                warmup,
                schedule,
                decayFraction,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                clip,
                evaluateEvery,
                seed);
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
