package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.model.Architecture;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.Trainer.Outcome;

/** What a run with dropout leaves out, and when. */
class DropoutTest {
    private static final int STEPS = 12;
    private static final float RATE = 0.5f;
    // Too small to change a weight.
    private static final float NO_LEARNING = 1e-20f;

    @TempDir
    private Path folder;

    private final List<Metric> metrics = new ArrayList<>();

    @Test
    void validationLeavesNothingOut() throws IOException {
        TokenDataset dataset = dataset("the quick brown fox jumps over the lazy dog; ".repeat(40));
        Outcome outcome = train(config(1, RATE, 1e-2f), dataset, "run");
        SavedModel best = ModelFolder.load(folder.resolve("run"));
        try (Workers workers = new Workers(1);
                RunFolder judges = RunFolder.create(folder.resolve("judge"))) {
            RunState start = RunState.fresh(config(1, 0, 1e-2f), TinyRun.DATA);
            Trainer judge = trainer(best, start, dataset, judges, workers);
            assertEquals(outcome.state().progress().best().loss(), new Evaluator(judge.plan(), dataset).loss());
        }
    }

    @Test
    void everyStepAndEveryPartOfABatchLeavesOutOtherElements() throws IOException {
        // All windows are alike, and weights stay as they are: only masks can make a difference.
        TokenDataset dataset = dataset("a".repeat(400));
        List<Float> steps = losses(config(1, RATE, NO_LEARNING), dataset, "steps");
        assertEquals(STEPS, new HashSet<>(steps).size(), steps::toString);
        // Both begin with the same mask.
        List<Float> parts = losses(config(2, RATE, NO_LEARNING), dataset, "parts");
        assertNotEquals(steps.getFirst(), parts.getFirst());
        List<Float> without = losses(config(1, 0, NO_LEARNING), dataset, "without");
        assertEquals(1, new HashSet<>(without).size(), without::toString);
    }

    private List<Float> losses(TrainingConfig config, TokenDataset dataset, String name) throws IOException {
        metrics.clear();
        train(config, dataset, name);
        return metrics.stream()
                .filter(Metric.Step.class::isInstance)
                .map(metric -> ((Metric.Step) metric).loss())
                .toList();
    }

    /** A batch of so many parts of one window each. */
    private static TrainingConfig config(int batch, float dropout, float learningRate) {
        return new TrainingConfig(
                batch,
                1,
                STEPS,
                OptimizerConfig.adamW(learningRate, 0.9f, 0.95f, 0, 1),
                new ScheduleConfig(Schedule.CONSTANT, 0, 0),
                dropout,
                0,
                Stopping.USUAL,
                4,
                Sampling.USUAL,
                42);
    }

    private static TokenDataset dataset(String text) {
        SavedModel model = TinyRun.model(Architecture.GPT2);
        return TokenDataset.of(
                model.tokenizer().bos(),
                model.tokenizer().encode(text),
                model.config().context(),
                42);
    }

    private Outcome train(TrainingConfig config, TokenDataset dataset, String name) throws IOException {
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(folder.resolve(name))) {
            RunState start = RunState.fresh(config, TinyRun.DATA);
            return trainer(TinyRun.model(Architecture.GPT2), start, dataset, run, workers)
                    .run(() -> false);
        }
    }

    private Trainer trainer(SavedModel model, RunState start, TokenDataset dataset, RunFolder run, Workers workers)
            throws IOException {
        Hardware hardware = new Hardware(workers, VectorKernels::new);
        return new Trainer(model, start, dataset, run, hardware, metrics::add);
    }
}
