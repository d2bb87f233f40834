package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.model.Architecture;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Sampling.Borders;
import org.randygpt.train.Sampling.Order;
import org.randygpt.train.Sampling.Split;
import org.randygpt.train.TokenDataset.Text;
import org.randygpt.train.Trainer.Hardware;

/** Windows that are not full: their batch is a mean over what it predicts, however it is cut into parts. */
class DocumentBatchTest {
    private static final Sampling SAMPLING =
            new Sampling(Order.EPOCHS, Borders.KEPT, Split.POSITION, 0.1f, Long.MAX_VALUE);

    @TempDir
    private Path folder;

    @Test
    void aBatchOfDocumentsInPartsIsTheWholeOne() throws IOException {
        Metric.Step whole = step(12);
        for (int microBatch : new int[] {1, 3, 4, 6}) {
            Metric.Step parts = step(microBatch);
            assertEquals(whole.loss(), parts.loss(), 1e-5f * whole.loss());
            assertEquals(whole.gradientNorm(), parts.gradientNorm(), 1e-4f * whole.gradientNorm());
        }
        // Near the logarithm of the vocabulary, and not a part of it because of places that predict nothing.
        int vocabulary = TinyRun.model(Architecture.GPT2).config().vocabSize();
        assertEquals(Math.log(vocabulary), whole.loss(), 0.2);
    }

    private Metric.Step step(int microBatch) throws IOException {
        SavedModel model = TinyRun.model(Architecture.GPT2);
        TokenDataset dataset = dataset(model);
        assertTrue(hasFreePlaces(dataset, model.config().context()));
        TrainingConfig config = new TrainingConfig(
                12,
                microBatch,
                1,
                OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 0.05f),
                new ScheduleConfig(Schedule.CONSTANT, 0, 0),
                0,
                0,
                Stopping.USUAL,
                1,
                SAMPLING,
                42);
        List<Metric.Step> steps = new ArrayList<>();
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(folder.resolve("run-" + microBatch))) {
            Hardware hardware = new Hardware(workers, VectorKernels::new);
            var _ = new Trainer(model, RunState.fresh(config, TinyRun.DATA), dataset, run, hardware, metric -> {
                        if (metric instanceof Metric.Step step) {
                            steps.add(step);
                        }
                    })
                    .run(() -> false);
        }
        return steps.getFirst();
    }

    private static boolean hasFreePlaces(TokenDataset dataset, int time) {
        int[] tokens = new int[12 * time];
        int[] targets = new int[12 * time];
        dataset.sample(0, tokens, targets);
        return Arrays.stream(targets).anyMatch(target -> target == Windows.NOT_PREDICTED);
    }

    /** Documents of 3 to 40 tokens. */
    private static TokenDataset dataset(SavedModel model) {
        int bos = model.tokenizer().bos();
        int eos = model.tokenizer().eos();
        IntStream.Builder tokens = IntStream.builder();
        for (int document = 0; document < 60; document++) {
            for (int i = 0; i < 3 + document * 7 % 38; i++) {
                tokens.add((document * 5 + i * 3) % 20);
            }
            tokens.add(eos).add(bos);
        }
        TokenStore store = TokenStore.of(bos, tokens.build().toArray());
        return new TokenDataset(
                List.of(new Text(store, 1)), bos, eos, model.config().context(), SAMPLING, 42);
    }
}
