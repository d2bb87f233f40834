package org.randygpt.cli;

import org.jspecify.annotations.Nullable;
import org.randygpt.train.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code train} that say how a model learns. */
@Command(optionListHeading = "%nLearning:%n")
final class OptimizationOptions {
    private static final float EPSILON = 1e-8f;
    private static final long DEFAULT_ITERATIONS = 1000;
    private static final long DEFAULT_WARMUP = 100;
    private static final int PART = 10;

    @Option(names = "--iters", paramLabel = "N", description = "Steps of the whole run. Default: 1000")
    private @Nullable Long iterations;

    @Option(names = "--batch", paramLabel = "N", description = "Windows of the text in a step. Default: 32")
    private int batch = 32;

    @Option(names = "--lr", paramLabel = "RATE", description = "Peak learning rate. Default: 3e-3")
    private float learningRate = 3e-3f;

    @Option(
            names = "--min-lr",
            paramLabel = "RATE",
            description = "Learning rate at the end. Default: a tenth of the peak")
    private @Nullable Float minLearningRate;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description =
                    "Steps in which the learning rate rises to its peak. Default: 100, at most a tenth of --iters")
    private @Nullable Long warmup;

    @Option(names = "--beta1", paramLabel = "X", description = "AdamW's decay of the mean gradient. Default: 0.9")
    private float beta1 = 0.9f;

    @Option(names = "--beta2", paramLabel = "X", description = "AdamW's decay of the mean square. Default: 0.99")
    private float beta2 = 0.99f;

    @Option(names = "--weight-decay", paramLabel = "X", description = "AdamW's weight decay. Default: 0.1")
    private float weightDecay = 0.1f;

    @Option(names = "--clip", paramLabel = "NORM", description = "Largest norm of all gradients. Default: 1.0")
    private float clip = 1;

    @Option(
            names = "--eval-every",
            paramLabel = "N",
            description = "Steps between two validations, each of which saves the run. Default: 250")
    private long evaluateEvery = 250;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the initial weights and the choice of windows. Default: 1337")
    private long seed = 1337;

    /**
     * The settings of a new run.
     *
     * @throws IllegalArgumentException when one cannot be
     */
    TrainingConfig config() {
        long steps = iterations == null ? DEFAULT_ITERATIONS : iterations;
        return new TrainingConfig(
                batch,
                steps,
                learningRate,
                minLearningRate == null ? learningRate / PART : minLearningRate,
                warmup == null ? Math.min(DEFAULT_WARMUP, steps / PART) : warmup,
                beta1,
                beta2,
                EPSILON,
                weightDecay,
                clip,
                evaluateEvery,
                seed);
    }

    /**
     * The settings of an old run, which may only have another number of steps now.
     *
     * @param done steps that have been done
     */
    TrainingConfig config(TrainingConfig stored, long done) {
        if (iterations == null) {
            return stored;
        }
        if (iterations < done) {
            throw new BadInputException(
                    "--iters is %d, and the run has done %d steps already; give more, or train a new one"
                            .formatted(iterations, done));
        }
        return new TrainingConfig(
                stored.batch(),
                iterations,
                stored.learningRate(),
                stored.minLearningRate(),
                stored.warmup(),
                stored.beta1(),
                stored.beta2(),
                stored.epsilon(),
                stored.weightDecay(),
                stored.clip(),
                stored.evaluateEvery(),
                stored.seed());
    }
}
