package org.randygpt.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.randygpt.train.Schedule;
import org.randygpt.train.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code train} that say how a model learns. */
@Command(optionListHeading = "%nLearning:%n")
final class OptimizationOptions {
    private static final float EPSILON = 1e-8f;
    private static final long DEFAULT_ITERATIONS = 1000;
    private static final long DEFAULT_WARMUP = 100;
    private static final int PART = 10;
    private static final float DEFAULT_DECAY_FRACTION = 0.4f;

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

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            converter = ScheduleName.class,
            description = "The learning rate after the warm-up: cosine (down to --min-lr), wsd (the peak, then a line"
                    + " down to --min-lr at the end) or constant. Default: cosine")
    private Schedule schedule = Schedule.COSINE;

    @Option(
            names = "--decay-fraction",
            paramLabel = "X",
            description = "The part of --iters in which wsd falls. Default: 0.4")
    private @Nullable Float decayFraction;

    @Option(names = "--beta1", paramLabel = "X", description = "AdamW's decay of the mean gradient. Default: 0.9")
    private float beta1 = 0.9f;

    @Option(names = "--beta2", paramLabel = "X", description = "AdamW's decay of the mean square. Default: 0.99")
    private float beta2 = 0.99f;

    @Option(names = "--weight-decay", paramLabel = "X", description = "AdamW's weight decay. Default: 0.1")
    private float weightDecay = 0.1f;

    @Option(names = "--clip", paramLabel = "NORM", description = "Largest norm of all gradients. Default: 1.0")
    private float clip = 1;

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
    TrainingConfig config() {
        requireMeaning();
        long steps = iterations == null ? DEFAULT_ITERATIONS : iterations;
        return new TrainingConfig(
                batch,
                steps,
                learningRate,
                minLearningRate == null ? learningRate / PART : minLearningRate,
                warmup == null ? Math.min(DEFAULT_WARMUP, steps / PART) : warmup,
                schedule,
                decayFraction == null ? DEFAULT_DECAY_FRACTION : decayFraction,
                beta1,
                beta2,
                EPSILON,
                weightDecay,
                clip,
                evaluateEvery,
                seed);
    }

    /** The values of these options that say what a run's settings are, the number of its steps apart. */
    static Map<String, Object> values(TrainingConfig config) {
        return Map.ofEntries(
                Map.entry("--batch", config.batch()),
                Map.entry("--lr", config.learningRate()),
                Map.entry("--min-lr", config.minLearningRate()),
                Map.entry("--warmup", config.warmup()),
                Map.entry("--schedule", config.schedule()),
                Map.entry("--decay-fraction", config.decayFraction()),
                Map.entry("--beta1", config.beta1()),
                Map.entry("--beta2", config.beta2()),
                Map.entry("--weight-decay", config.weightDecay()),
                Map.entry("--clip", config.clip()),
                Map.entry("--eval-every", config.evaluateEvery()),
                Map.entry("--seed", config.seed()));
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
        return stored.withIterations(iterations);
    }

    private void requireMeaning() {
        if (schedule == Schedule.CONSTANT && minLearningRate != null) {
            throw new BadInputException(
                    "--min-lr is %s, and with --schedule constant the rate never falls; leave it out, or use cosine or wsd"
                            .formatted(minLearningRate));
        }
        if (schedule != Schedule.WSD && decayFraction != null) {
            throw new BadInputException("--decay-fraction is %s, and --schedule is %s; it belongs to --schedule wsd"
                    .formatted(decayFraction, name(schedule)));
        }
    }

    private static String name(Schedule schedule) {
        return schedule.name().toLowerCase(Locale.ROOT);
    }

    /** Reads the name of a schedule. */
    static final class ScheduleName implements ITypeConverter<Schedule> {
        @Override
        public Schedule convert(String value) {
            for (Schedule schedule : Schedule.values()) {
                if (name(schedule).equals(value)) {
                    return schedule;
                }
            }
            throw new TypeConversionException(
                    "'%s' is not a schedule; there are cosine, wsd and constant".formatted(value));
        }
    }
}
