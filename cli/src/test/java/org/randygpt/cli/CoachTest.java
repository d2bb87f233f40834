package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.core.data.TextSettings;
import org.randygpt.train.DataSource;
import org.randygpt.train.Floors;
import org.randygpt.train.Metric;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.Progress;
import org.randygpt.train.RunState;
import org.randygpt.train.Saving;
import org.randygpt.train.Schedule;
import org.randygpt.train.ScheduleConfig;
import org.randygpt.train.TrainingConfig;

class CoachTest {
    private static final Yardsticks YARDSTICKS = new Yardsticks(64, 3e6, 1e9, 1, new Floors(4, 3, 2.5, 1.7, 1_000_000));

    private final List<String> said = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"0, 0.05", "0, 0.5", "1, 0.05", "2, 0.5", "3, 1.0"})
    void runThatGoesWellHearsNothing(long seed, double noise) {
        Run run = new Run(3e-3f);
        SplittableRandom random = new SplittableRandom(seed);
        run.steps(5000, step -> 1.6 + 2.6 * Math.exp(-step / 100.0) + noise * random.nextGaussian());
        assertEquals(List.of(), said);
    }

    @ParameterizedTest
    @CsvSource({
        "0.3, The learning rate is probably too high: try a lower --lr than 0.3.",
        "1e-5, The learning rate is probably too low: try a higher --lr than 1e-5.",
        "3e-3, 'It may take more --iters, or a larger --batch.'"
    })
    void runAboveTheBigramTableAfter300StepsAtFullRateHearsItOnce(float rate, String remedy) {
        Run run = new Run(rate);
        run.steps(309, step -> 2.75);
        assertEquals(List.of(), said);
        run.steps(1000, step -> 2.75);
        assertEquals(
                List.of("After 310 steps the smoothed loss, 2.75, is still above that of the bigram table, 2.50. "
                        + remedy),
                said);
    }

    @ParameterizedTest
    @CsvSource({
        "0.3, The learning rate is probably too high: try a lower --lr than 0.3.",
        "1e-5, The learning rate is probably too low: try a higher --lr than 1e-5."
    })
    void runAtTheUnigramTableAfter50StepsAtFullRateHearsItOnce(float rate, String remedy) {
        Run run = new Run(rate);
        run.steps(59, step -> 2.97);
        assertEquals(List.of(), said);
        run.steps(240, step -> 2.97);
        assertEquals(
                List.of("After 60 steps the smoothed loss is still 2.97; a table of frequencies (unigram) gives 3.00. "
                        + remedy),
                said);
    }

    @Test
    void runAtTheUnigramTableHearsNothingWhileTheRateIsAsUsual() {
        new Run(3e-3f).steps(300, step -> 2.97);
        assertEquals(List.of(), said);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 1.0", "0.05, 0.3", "0.3, 1.5"})
    void lossThatRisesFarAboveItsMinimumMeansARateTooHigh(double noise, double rise) {
        Run run = new Run(0.03f);
        SplittableRandom random = new SplittableRandom(1);
        run.steps(100, step -> 2.2 + noise * random.nextGaussian());
        assertEquals(List.of(), said);
        run.steps(300, step -> 2.2 + rise + noise * random.nextGaussian());
        assertEquals(
                1,
                said.stream()
                        .filter(line -> line.startsWith("The smoothed loss has risen from 2."))
                        .count());
        assertTrue(said.getFirst().endsWith("try a lower --lr than 0.03."), said.toString());
    }

    @Test
    void fiveRisesOfValidationInARowAreSaidOnceForEachBest() {
        Run run = new Run(3e-3f);
        run.validations(2.0f, 1.8f, 1.9f, 1.95f, 1.94f, 1.95f, 1.96f, 1.97f, 1.98f);
        assertEquals(List.of(), said);
        run.validations(1.99f);
        assertEquals(1, said.size());
        assertTrue(
                said.getFirst()
                        .startsWith("Validation has risen five times in a row; it was best at step 500, 1.8000,"),
                said.toString());
        run.validations(2.0f, 2.1f, 2.2f, 2.3f, 2.4f, 2.5f);
        assertEquals(1, said.size());
        // Nothing new: the best is still the one that was named.
        run.validations(1.9f, 1.91f, 1.92f, 1.93f, 1.94f, 1.95f);
        assertEquals(1, said.size());
        run.validations(1.7f, 1.71f, 1.72f, 1.73f, 1.74f, 1.75f);
        assertEquals(2, said.size());
        assertTrue(said.getLast().contains("best at step 5,750, 1.7000,"), said.toString());
    }

    @Test
    void resumedRunThatOnlyGetsWorseNamesTheBestOfBefore() {
        Run run = new Run(3e-3f, 1.5f);
        run.validations(1.6f, 1.61f, 1.62f, 1.63f, 1.64f, 1.65f);
        assertTrue(said.getFirst().contains("best at step 250, 1.5000,"), said.toString());
    }

    /** A run of which only the losses matter. */
    private final class Run {
        private final Pace pace;
        private final Coach coach;
        private long done;
        private long validations;
        private float best;

        Run(float rate) {
            this(rate, Float.POSITIVE_INFINITY);
        }

        Run(float rate, float best) {
            TrainingConfig config = new TrainingConfig(
                    4,
                    4,
                    100_000,
                    OptimizerConfig.adamW(rate, 0.9f, 0.99f, 0, 1),
                    new ScheduleConfig(Schedule.COSINE, 0, 10),
                    250,
                    1);
            RunState start = new RunState(
                    config,
                    Saving.USUAL,
                    new DataSource(List.of("text"), TextSettings.USUAL, "00"),
                    new Progress(0, Float.NaN, new Progress.Best(best, 250), 0, 1, 0, 0));
            pace = new Pace(start, YARDSTICKS);
            coach = new Coach(start, YARDSTICKS.floors(), pace);
            this.best = best;
        }

        void steps(int count, LongToDoubleFunction loss) {
            for (int i = 0; i < count; i++) {
                done++;
                accept(new Metric.Step(done, (float) loss.applyAsDouble(done), 1.2f, 1e-3f, 1_000_000));
            }
        }

        void validations(float... losses) {
            for (float loss : losses) {
                validations++;
                accept(new Metric.Evaluation(250 * validations, loss, loss < best, 1_000_000));
                best = Math.min(best, loss);
            }
        }

        private void accept(Metric metric) {
            pace.accept(metric);
            coach.advice(metric).ifPresent(said::add);
        }
    }
}
