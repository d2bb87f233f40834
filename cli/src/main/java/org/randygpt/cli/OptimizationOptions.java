package org.randygpt.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.randygpt.train.Algorithm;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.Recipe;
import org.randygpt.train.RunState;
import org.randygpt.train.Sampling;
import org.randygpt.train.Schedule;
import org.randygpt.train.ScheduleConfig;
import org.randygpt.train.Stopping;
import org.randygpt.train.Stopping.OnNan;
import org.randygpt.train.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code train} that say how a model learns. */
@Command(optionListHeading = "%nLearning:%n")
final class OptimizationOptions {
    private static final long DEFAULT_ITERATIONS = 1000;
    /** Until the first steps have shown how long they take. */
    private static final long UNPLANNED_ITERATIONS = 1_000_000;

    private static final float MILLISECONDS_PER_MINUTE = 60_000;

    @Option(names = "--iters", paramLabel = "N", description = "Steps of the whole run. Default: 1000")
    private @Nullable Long iterations;

    @Option(names = "--batch", paramLabel = "N", description = "Windows of the text in a step. Default: 32")
    private int batch = 32;

    @Option(
            names = "--micro-batch",
            paramLabel = "N",
            description =
                    "Windows that are computed at once, of which the gradients add up to those of --batch: a large"
                            + " batch in the memory of a small one. Divides --batch. Default: --batch")
    private @Nullable Integer microBatch;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            description = "What changes the hidden matrices: muon or adamw, which changes all else in any case."
                    + " Default: that of the recipe")
    private @Nullable Algorithm algorithm;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Peak learning rate, of adamw 3e-3; of muon, for the hidden matrices alone, 0.02")
    private @Nullable Float learningRate;

    @Option(
            names = "--embedding-lr",
            paramLabel = "RATE",
            description = "Peak of the embeddings. Default: with adamw --lr, with muon 0.02")
    private @Nullable Float embeddingRate;

    @Option(
            names = "--head-lr",
            paramLabel = "RATE",
            description = "Peak of an untied head, of gains and biases. Default: with adamw --lr, with muon 3e-3")
    private @Nullable Float headRate;

    @Option(
            names = "--min-lr",
            paramLabel = "RATE",
            description = "Learning rate at the end. Default: a tenth of the peak")
    private @Nullable Float minLearningRate;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description =
                    "Steps in which the learning rate rises to its peak. Default: 0 of the modern recipe, otherwise 100,"
                            + " at most a tenth of --iters")
    private @Nullable Long warmup;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            description = "The learning rate after the warm-up: cosine (down to --min-lr), wsd (the peak, then a line"
                    + " down to --min-lr at the end), constant, or plateau (the peak, and less whenever validation"
                    + " gets no better). Default: that of the recipe")
    private @Nullable Schedule schedule;

    @Option(
            names = "--decay-fraction",
            paramLabel = "X",
            description = "The part of --iters in which wsd falls. Default: 0.4")
    private @Nullable Float decayFraction;

    @Option(
            names = "--plateau-patience",
            paramLabel = "N",
            description = "Validations in a row without a better one after which plateau lowers the rate. Default: 2")
    private @Nullable Integer plateauPatience;

    @Option(
            names = "--plateau-factor",
            paramLabel = "X",
            description = "What plateau multiplies the rate with, down to --min-lr. Default: 0.5")
    private @Nullable Float plateauFactor;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            description = "Muon's share of the mean gradient that a step keeps. Default: 0.95")
    private @Nullable Float momentum;

    @Option(names = "--beta1", paramLabel = "X", description = "AdamW's decay of the mean gradient. Default: 0.9")
    private @Nullable Float beta1;

    @Option(names = "--beta2", paramLabel = "X", description = "AdamW's decay of the mean square. Default: 0.99")
    private @Nullable Float beta2;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Weight decay of matrices. Default: with adamw 0.1, with muon 0")
    private @Nullable Float weightDecay;

    @Option(
            names = "--clip",
            paramLabel = "NORM",
            description = "Largest norm of all gradients; 0: any. Default: with adamw 1, with muon 0")
    private @Nullable Float clip;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "How long the run may take, all parts of a resumed one together; the number of steps is"
                    + " planned by how long they take, and the results depend on it. In place of --iters")
    private @Nullable Float minutes;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "Stop after so many validations in a row without a better one; 0: never. Default: 0")
    private int patience;

    @Option(
            names = "--dropout",
            paramLabel = "X",
            description = "Share of the embedding, and of what blocks add to it, that a step leaves out, against"
                    + " overfitting. Default: 0")
    private float dropout;

    @Option(
            names = "--average",
            paramLabel = "X",
            description = "Validate and save a mean of the weights over the steps, of which each keeps this share, such"
                    + " as 0.99; 0: the weights themselves. Default: 0.98 of the modern recipe, otherwise 0")
    private @Nullable Float averaging;

    @Option(
            names = "--on-nan",
            paramLabel = "WHAT",
            description = "When a loss, a gradient or a weight is infinite or no number: stop, or rollback to what was"
                    + " saved last, at half the learning rate. Default: stop")
    private OnNan onNan = OnNan.STOP;

    @Option(names = "--eval-every", paramLabel = "N", description = "Steps between two validations. Default: 250")
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
    TrainingConfig config(Recipe recipe, Sampling sampling) {
        requireOneLength();
        if (minutes != null && minutes == 0) {
            throw new BadInputException("--minutes is 0; give more, or --iters");
        }
        long steps = minutes != null ? UNPLANNED_ITERATIONS : or(iterations, DEFAULT_ITERATIONS);
        OptimizerConfig optimizer = optimizer(recipe);
        return new TrainingConfig(
                batch,
                microBatch == null ? batch : microBatch,
                steps,
                optimizer,
                schedule(recipe.schedule(optimizer.learningRate(), steps)),
                dropout,
                or(averaging, recipe.averaging()),
                new Stopping(patience, or(minutes, 0f), onNan),
                evaluateEvery,
                sampling,
                seed);
    }

    private void requireOneLength() {
        if (minutes != null && iterations != null) {
            throw new BadInputException(
                    "--minutes is %s and --iters is %d; give one of them, for the number of steps follows from the minutes"
                            .formatted(minutes, iterations));
        }
    }

    private OptimizerConfig optimizer(Recipe recipe) {
        OptimizerConfig usual = OptimizerConfig.usual(or(algorithm, recipe.algorithm()));
        if (usual.algorithm() != Algorithm.MUON && momentum != null) {
            throw new BadInputException(
                    "--momentum is %s, and the optimizer is adamw, which has --beta1; it belongs to --optimizer muon"
                            .formatted(momentum));
        }
        float rate = or(learningRate, usual.learningRate());
        boolean one = usual.algorithm() == Algorithm.ADAMW;
        float norm = or(clip, usual.clip());
        return new OptimizerConfig(
                usual.algorithm(),
                rate,
                or(embeddingRate, one ? rate : usual.embeddingRate()),
                or(headRate, one ? rate : usual.headRate()),
                or(momentum, usual.momentum()),
                or(beta1, usual.beta1()),
                or(beta2, usual.beta2()),
                usual.epsilon(),
                or(weightDecay, usual.weightDecay()),
                norm == 0 ? Float.POSITIVE_INFINITY : norm);
    }

    private ScheduleConfig schedule(ScheduleConfig usual) {
        Schedule shape = or(schedule, usual.shape());
        if (shape == Schedule.CONSTANT && minLearningRate != null) {
            throw new BadInputException(
                    "--min-lr is %s, and with --schedule constant the rate never falls; leave it out, or use cosine or wsd"
                            .formatted(minLearningRate));
        }
        if (shape != Schedule.WSD && decayFraction != null) {
            throw new BadInputException("--decay-fraction is %s, and the schedule is %s; it belongs to --schedule wsd"
                    .formatted(decayFraction, Choices.name(shape)));
        }
        if (shape != Schedule.PLATEAU && (plateauPatience != null || plateauFactor != null)) {
            throw new BadInputException(
                    "--plateau-patience and --plateau-factor belong to --schedule plateau, and the schedule is %s"
                            .formatted(Choices.name(shape)));
        }
        return new ScheduleConfig(
                shape,
                or(minLearningRate, usual.minLearningRate()),
                or(warmup, usual.warmup()),
                or(decayFraction, usual.decayFraction()),
                or(plateauPatience, usual.plateauPatience()),
                or(plateauFactor, usual.plateauFactor()));
    }

    /** The values of these options that say what a run's settings are, its length apart. */
    static Map<String, Object> values(TrainingConfig config) {
        OptimizerConfig optimizer = config.optimizer();
        ScheduleConfig schedule = config.schedule();
        float clip = optimizer.clip();
        return Map.ofEntries(
                Map.entry("--batch", config.batch()),
                Map.entry("--micro-batch", config.microBatch()),
                Map.entry("--optimizer", optimizer.algorithm()),
                Map.entry("--lr", optimizer.learningRate()),
                Map.entry("--embedding-lr", optimizer.embeddingRate()),
                Map.entry("--head-lr", optimizer.headRate()),
                Map.entry("--momentum", optimizer.momentum()),
                Map.entry("--beta1", optimizer.beta1()),
                Map.entry("--beta2", optimizer.beta2()),
                Map.entry("--weight-decay", optimizer.weightDecay()),
                Map.entry("--clip", clip == Float.POSITIVE_INFINITY ? 0f : clip),
                Map.entry("--schedule", schedule.shape()),
                Map.entry("--min-lr", schedule.minLearningRate()),
                Map.entry("--warmup", schedule.warmup()),
                Map.entry("--decay-fraction", schedule.decayFraction()),
                Map.entry("--plateau-patience", schedule.plateauPatience()),
                Map.entry("--plateau-factor", schedule.plateauFactor()),
                Map.entry("--patience", config.stopping().patience()),
                Map.entry("--on-nan", config.stopping().onNan()),
                Map.entry("--dropout", config.dropout()),
                Map.entry("--average", config.averaging()),
                Map.entry("--eval-every", config.evaluateEvery()),
                Map.entry("--seed", config.seed()));
    }

    private static <T> T or(@Nullable T given, T usual) {
        return given == null ? usual : given;
    }

    /** The settings of an old run, which may only have another number of steps, or of minutes, now. */
    TrainingConfig config(RunState state) {
        TrainingConfig stored = state.config();
        requireOneLength();
        if (minutes != null && minutes != stored.stopping().minutes()) {
            return extended(state, minutes);
        }
        if (iterations == null) {
            return stored;
        }
        if (iterations < state.step()) {
            throw new BadInputException(
                    "--iters is %d, and the run has done %d steps already; give more, or train a new one"
                            .formatted(iterations, state.step()));
        }
        return stored.withIterations(iterations).withoutMinutes();
    }

    private static TrainingConfig extended(RunState state, float newMinutes) {
        if (state.config().stopping().minutes() == 0) {
            throw new BadInputException(
                    "--minutes is %s, and the run has a number of steps, for which nobody has counted its minutes; give --iters"
                            .formatted(Formats.number(newMinutes)));
        }
        float spent = state.progress().milliseconds() / MILLISECONDS_PER_MINUTE;
        if (!(newMinutes > spent)) {
            throw new BadInputException(
                    "--minutes is %s, and the run has taken %.2f minutes already; give more, for they count from its beginning"
                            .formatted(Formats.number(newMinutes), spent));
        }
        return state.plannedFor(newMinutes);
    }
}
