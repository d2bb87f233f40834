package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Stopping.OnNan;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.Trainer.Outcome;

/** What changes the course of a run: averaging, patience, plateaus, broken numbers, a budget of time. */
class CourseTest {
    private static final String TEXT = "the quick brown fox jumps over the lazy dog; ".repeat(40);
    private static final CharTokenizer TOKENIZER = CharTokenizer.of(TEXT);
    private static final int STEPS = 20;
    private static final int EVALUATE_EVERY = 4;

    @TempDir
    private Path folder;

    private final List<Metric> metrics = new ArrayList<>();
    private MetricSink watcher = metrics::add;

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 11, 18})
    void aRunWithEverythingGoesOnAsIfItHadNeverStopped(int stopAfter) throws IOException {
        TrainingConfig config = new TrainingConfig(
                6,
                2,
                STEPS,
                OptimizerConfig.usual(Algorithm.MUON),
                new ScheduleConfig(Schedule.PLATEAU, 1e-4f, 2).withPlateau(1, 0.5f),
                0.1f,
                0.9f,
                new Stopping(4, 0, OnNan.ROLLBACK),
                EVALUATE_EVERY,
                Sampling.USUAL,
                42);
        Outcome whole = train(config, folder.resolve("whole"), 1, CourseTest::never);
        int[] asked = {0};
        train(config, folder.resolve("stopped"), 2, () -> asked[0]++ == stopAfter);
        assertEquals(whole, resume(folder.resolve("stopped"), 3));
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "trainer_state.json")) {
            Path last = Path.of("step-%06d".formatted(whole.state().step()), file);
            assertEquals(
                    -1,
                    Files.mismatch(
                            folder.resolve("whole").resolve(last),
                            folder.resolve("stopped").resolve(last)),
                    file);
        }
    }

    @Test
    void whatIsValidatedAndSavedIsTheMeanOfTheWeights() throws IOException {
        SavedModel model = model();
        Parameters parameters = model.parameters();
        double[] mean = doubles(parameters.values());
        watcher = metric -> {
            metrics.add(metric);
            if (metric instanceof Metric.Step done) {
                // The first step is 0 there.
                double kept = Math.min(0.5, done.step() / (9.0 + done.step()));
                for (int i = 0; i < mean.length; i++) {
                    mean[i] = kept * mean[i] + (1 - kept) * parameters.values()[i];
                }
            }
        };
        Outcome outcome = train(model, config(0.5f, Stopping.USUAL), folder.resolve("run"), 1, CourseTest::never);
        float[] saved =
                ModelFolder.load(folder.resolve("run/latest")).parameters().values();
        for (int i = 0; i < mean.length; i++) {
            assertEquals(mean[i], saved[i], 1e-6);
        }
        assertArrayEquals(saved, parameters.values());
        SavedModel best = ModelFolder.load(folder.resolve("run"));
        TrainingConfig plain = config(0, Stopping.USUAL);
        try (Workers workers = new Workers(1);
                RunFolder judges = RunFolder.create(folder.resolve("judge"))) {
            Trainer judge = trainer(best, RunState.fresh(plain, TinyRun.DATA), judges, workers);
            assertEquals(outcome.state().progress().best().loss(), new Evaluator(judge.plan(), dataset()).loss());
        }
    }

    @Test
    void aRunThatGetsNoBetterEndsAndStaysEnded() throws IOException {
        TrainingConfig config = hopeless(new ScheduleConfig(Schedule.CONSTANT, 0, 0), new Stopping(2, 0, OnNan.STOP));
        Outcome outcome = train(config, folder.resolve("run"), 1, CourseTest::never);
        assertEquals(3 * EVALUATE_EVERY, outcome.state().step());
        assertEquals(EVALUATE_EVERY, outcome.state().progress().best().step());
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            assertTrue(run.latestState().isFinished());
        }
        int[] asked = {0};
        Outcome stopped = train(config, folder.resolve("stopped"), 1, () -> asked[0]++ == 2 * EVALUATE_EVERY + 1);
        assertFalse(stopped.state().isFinished());
        assertEquals(outcome, resume(folder.resolve("stopped"), 1));
    }

    @Test
    void aPlateauLowersTheRateDownToItsMinimum() throws IOException {
        float peak = HOPELESS_RATE;
        ScheduleConfig schedule = new ScheduleConfig(Schedule.PLATEAU, 0.3f * peak, 0).withPlateau(1, 0.5f);
        train(hopeless(schedule, Stopping.USUAL), folder.resolve("run"), 1, CourseTest::never);
        List<Float> rates = metrics.stream()
                .filter(Metric.Step.class::isInstance)
                .map(metric -> ((Metric.Step) metric).learningRate())
                .toList();
        // Nothing is known before the first validation, and the second one is no better.
        assertEquals(List.of(peak, peak, 0.5f * peak, 0.3f * peak, 0.3f * peak), every(EVALUATE_EVERY, rates));
    }

    @Test
    void aBrokenWeightIsNamedInItsStepAndWhatWasSavedStays() throws IOException {
        SavedModel model = model();
        breakAfter(10, "h.1.mlp.c_fc.weight", model, 1);
        TrainingConfig config = config(0, Stopping.USUAL);
        String message = String.valueOf(assertThrows(
                        DivergedException.class,
                        () -> train(model, config, folder.resolve("run"), 2, CourseTest::never))
                .getMessage());
        assertTrue(message.startsWith("training diverged at step 11: the loss is NaN, "), message);
        assertTrue(message.contains("that of h.1.mlp.c_fc.weight (Affine), in layer 1"), message);
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            assertEquals(8, run.latestState().step());
        }
    }

    @Test
    void gradientsAndWeightsThatBreakAreNamed() {
        Parameters parameters = model().parameters();
        set(parameters, parameters.gradients(), "h.0.attn.c_attn.bias", Float.POSITIVE_INFINITY);
        set(parameters, parameters.gradients(), "h.1.attn.c_proj.weight", Float.NaN);
        set(parameters, parameters.values(), "h.1.ln_2.weight", Float.NEGATIVE_INFINITY);
        assertEquals(
                "the gradient of h.1.attn.c_proj.weight is not finite, in layer 1", Breakdown.ofGradients(parameters));
        assertEquals(
                "after the update, the weight h.1.ln_2.weight is not finite, in layer 1",
                Breakdown.ofWeights(parameters));
    }

    @Test
    void anUpdateThatBreaksAWeightIsNoticedInItsStep() throws IOException {
        SavedModel model = model();
        // Its gradient is finite, but the weight is beyond what squares of floats can sum up.
        set(model.parameters(), model.parameters().values(), "wpe.weight", 3e38f);
        try (Workers workers = new Workers(1)) {
            Optimizer optimizer = new Optimizer(
                    OptimizerConfig.usual(Algorithm.ADAMW), model.parameters(), workers, VectorKernels::new);
            optimizer.step(0, 1e-3f, 1);
            assertFalse(optimizer.hasFiniteWeights());
        }
    }

    @Test
    void aRunGoesBackToWhatWasSavedAtHalfTheRate() throws IOException {
        SavedModel model = model();
        breakAfter(10, "h.1.mlp.c_fc.weight", model, 1);
        Outcome outcome = train(
                model, config(0.5f, new Stopping(0, 0, OnNan.ROLLBACK)), folder.resolve("run"), 1, CourseTest::never);
        assertEquals(STEPS, outcome.state().step());
        assertEquals(0.5f, outcome.state().progress().rateScale());
        List<Metric.RolledBack> back = metrics.stream()
                .filter(Metric.RolledBack.class::isInstance)
                .map(Metric.RolledBack.class::cast)
                .toList();
        assertEquals(1, back.size());
        assertEquals(8, back.getFirst().step());
        assertEquals(11, back.getFirst().problem().step());
        for (float value : model.parameters().values()) {
            assertTrue(Float.isFinite(value));
        }
    }

    @Test
    void aRunThatBreaksAgainAndAgainEnds() {
        SavedModel model = model();
        breakAfter(10, "h.1.mlp.c_fc.weight", model, Integer.MAX_VALUE);
        TrainingConfig config = config(0, new Stopping(0, 0, OnNan.ROLLBACK));
        assertThrows(DivergedException.class, () -> train(model, config, folder.resolve("run"), 1, CourseTest::never));
        assertEquals(
                5, metrics.stream().filter(Metric.RolledBack.class::isInstance).count());
        List<Float> ninthSteps = metrics.stream()
                .filter(metric -> metric instanceof Metric.Step step && step.step() == 9)
                .map(metric -> ((Metric.Step) metric).learningRate())
                .toList();
        // Halved each time, below the minimum of the schedule, too.
        assertEquals(ninthSteps.getFirst() / 32, ninthSteps.getLast());
    }

    @Test
    void aBudgetOfTimeIsPlannedAsTheRunGoesAndKeptOnceMostIsDone() {
        TrainingConfig config = config(0, new Stopping(0, 1, OnNan.STOP)).withIterations(1_000_000);
        StepPlan plan = new StepPlan(config);
        long done = 0;
        long elapsed = 0;
        long planned = config.iterations();
        while (done < planned) {
            // Slow at first, as long as Java compiles.
            long nanos = done < 50 ? 100_000_000 : 10_000_000;
            done++;
            elapsed += nanos;
            plan.add(nanos);
            long before = planned;
            planned = plan.steps(config.withIterations(planned), done, elapsed);
            assertTrue(planned == before || done < 0.6 * before, "planned anew at step " + done);
        }
        assertEquals(60e9, (double) elapsed, 1e9);
        assertEquals(5550, (double) planned, 100);
    }

    @Test
    void aRunOfSoManyMinutesEndsWithItsSchedule() throws IOException {
        Outcome outcome = train(
                config(0, new Stopping(0, 0.02f, OnNan.STOP)).withIterations(1_000_000),
                folder.resolve("run"),
                1,
                CourseTest::never);
        long planned = outcome.state().config().iterations();
        assertTrue(planned < 1_000_000);
        assertEquals(planned, outcome.state().step());
        Metric.Step last = metrics.stream()
                .filter(Metric.Step.class::isInstance)
                .map(Metric.Step.class::cast)
                .toList()
                .getLast();
        assertEquals(1e-3f, last.learningRate());
    }

    @Test
    void moreMinutesAreAsManyStepsMoreAsTheStepsSoFarWouldHave() {
        TrainingConfig config = config(0, new Stopping(0, 1, OnNan.STOP)).withIterations(300);
        RunState state = RunState.fresh(config, TinyRun.DATA)
                .at(new Progress(300, 3, new Progress.Best(2, 300), 0, 1, 0, 60_000));
        assertTrue(state.isFinished());
        TrainingConfig longer = state.plannedFor(2.5f);
        assertEquals(750, longer.iterations());
        assertEquals(2.5f, longer.stopping().minutes());
        assertEquals(301, state.plannedFor(1.000001f).iterations());
    }

    @Test
    void aRunThatGetsMoreMinutesEndsWithItsScheduleAgain() throws IOException {
        Path path = folder.resolve("run");
        Outcome first = train(
                config(0, new Stopping(0, 0.01f, OnNan.STOP)).withIterations(1_000_000), path, 1, CourseTest::never);
        long spent = first.state().progress().milliseconds();
        metrics.clear();
        Outcome second;
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.open(path)) {
            RunState more = run.latestState().with(run.latestState().plannedFor(3 * spent / 60e3f));
            assertEquals(first.state().step(), more.step());
            assertFalse(more.isFinished());
            second = trainer(run.latestModel(), more, run, workers).run(CourseTest::never);
        }
        assertTrue(second.state().step() > first.state().step());
        assertEquals(second.state().config().iterations(), second.state().step());
        assertTrue(second.state().progress().milliseconds() > spent);
        assertEquals(
                1e-3f,
                ((Metric.Step) metrics.stream()
                                .filter(Metric.Step.class::isInstance)
                                .toList()
                                .getLast())
                        .learningRate());
    }

    @Test
    void settingsAreReadAsTheyWereWritten() throws IOException {
        TrainingConfig config = new TrainingConfig(
                6,
                3,
                STEPS,
                OptimizerConfig.usual(Algorithm.MUON),
                new ScheduleConfig(Schedule.WSD, 1e-4f, 2),
                0.25f,
                0.75f,
                new Stopping(4, 1.5f, OnNan.ROLLBACK),
                EVALUATE_EVERY,
                Sampling.USUAL,
                -42);
        train(config.withIterations(1), folder.resolve("run"), 1, CourseTest::never);
        try (RunFolder run = RunFolder.open(folder.resolve("run"))) {
            TrainingConfig read = run.latestState().config();
            assertEquals(config.withIterations(read.iterations()), read);
            assertEquals(Float.POSITIVE_INFINITY, read.optimizer().clip());
        }
    }

    private static final float HOPELESS_RATE = 1e-20f;

    /** Weights do not change, so that every validation loss is that of the first. */
    private static TrainingConfig hopeless(ScheduleConfig schedule, Stopping stopping) {
        return new TrainingConfig(
                4,
                4,
                STEPS,
                OptimizerConfig.adamW(HOPELESS_RATE, 0.9f, 0.95f, 0, 1),
                schedule,
                0,
                0,
                stopping,
                EVALUATE_EVERY,
                Sampling.USUAL,
                42);
    }

    private static TrainingConfig config(float averaging, Stopping stopping) {
        return new TrainingConfig(
                4,
                4,
                STEPS,
                OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 1),
                new ScheduleConfig(Schedule.COSINE, 1e-3f, 2),
                0,
                averaging,
                stopping,
                EVALUATE_EVERY,
                Sampling.USUAL,
                42);
    }

    /** Makes a weight no number after a step, so many times. */
    private void breakAfter(long step, String name, SavedModel model, int times) {
        int[] left = {times};
        watcher = metric -> {
            metrics.add(metric);
            if (metric instanceof Metric.Step done && done.step() == step && left[0]-- > 0) {
                set(model.parameters(), model.parameters().values(), name, Float.NaN);
            }
        };
    }

    private static void set(Parameters parameters, float[] array, String name, float value) {
        Matrix block = Objects.requireNonNull(parameters.declared().get(name)).in(array);
        Arrays.fill(array, block.offset(), block.offset() + block.size(), value);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static <T> List<T> every(int distance, List<T> all) {
        List<T> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += distance) {
            some.add(all.get(i));
        }
        return some;
    }

    private Outcome train(TrainingConfig config, Path to, int threads, BooleanSupplier stop) throws IOException {
        return train(model(), config, to, threads, stop);
    }

    private Outcome train(SavedModel model, TrainingConfig config, Path to, int threads, BooleanSupplier stop)
            throws IOException {
        try (Workers workers = new Workers(threads);
                RunFolder run = RunFolder.create(to)) {
            return trainer(model, RunState.fresh(config, TinyRun.DATA), run, workers)
                    .run(stop);
        }
    }

    private Outcome resume(Path from, int threads) throws IOException {
        try (Workers workers = new Workers(threads);
                RunFolder run = RunFolder.open(from)) {
            return trainer(run.latestModel(), run.latestState(), run, workers).run(CourseTest::never);
        }
    }

    private Trainer trainer(SavedModel model, RunState start, RunFolder run, Workers workers) throws IOException {
        Hardware hardware = new Hardware(workers, VectorKernels::new);
        return new Trainer(model, start, dataset(), run, hardware, metric -> watcher.accept(metric));
    }

    private static boolean never() {
        return false;
    }

    private static SavedModel model() {
        GptConfig config = new GptConfig(Architecture.GPT2, TOKENIZER.vocabSize(), 16, 32, 2, 4, Head.TIED, 1e-5f);
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        parameters.initialize(new SplittableRandom(42));
        return new SavedModel(config, parameters, TOKENIZER);
    }

    private static TokenDataset dataset() {
        return TokenDataset.of(TOKENIZER.bos(), TOKENIZER.encode(TEXT), 16, 42);
    }
}
