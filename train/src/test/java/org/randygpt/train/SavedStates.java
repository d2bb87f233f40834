package org.randygpt.train;

import java.util.List;
import java.util.SplittableRandom;
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
import org.randygpt.train.Progress.Best;

/** What a run may have to save one after the other, without a run: random numbers for a model of 400 weights. */
final class SavedStates {
    /** Steps of the saves, and of the best model at each. */
    static final List<long[]> SAVES = List.of(
            new long[] {5, 0}, new long[] {10, 10}, new long[] {15, 15}, new long[] {20, 15}, new long[] {30, 30});

    static final TrainingConfig CONFIG = new TrainingConfig(
            1,
            1,
            100,
            OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 1),
            new ScheduleConfig(Schedule.COSINE, 1e-3f, 2),
            5,
            42);

    private final SavedModel model = model();
    private final Optimizer optimizer;
    private final Snapshot snapshot;

    SavedStates() {
        try (Workers workers = new Workers(1)) {
            optimizer = new Optimizer(CONFIG.optimizer(), model.parameters(), workers, VectorKernels::new);
        }
        snapshot = new Snapshot(model, model.parameters().values(), optimizer.state(), state(new long[] {0, 0}));
    }

    /** The same numbers for the same save, each time. */
    Snapshot snapshot(long[] save) {
        SplittableRandom random = new SplittableRandom(save[0]);
        Parameters parameters = model.parameters();
        fill(parameters.all(parameters.values()), random);
        optimizer.state().values().forEach(block -> fill(block.values(), random));
        snapshot.take(state(save));
        return snapshot;
    }

    private static RunState state(long[] save) {
        Best best = save[1] == 0 ? Best.NONE : new Best(3 - save[1] / 100f, save[1]);
        return RunState.fresh(CONFIG, TinyRun.DATA)
                .with(new Saving(Saving.USUAL.every(), 1, Saving.OnError.STOP))
                .at(new Progress(save[0], 3, best, 0, 1, 0, 0));
    }

    private static void fill(Matrix matrix, SplittableRandom random) {
        for (int i = matrix.offset(); i < matrix.offset() + matrix.size(); i++) {
            matrix.data()[i] = random.nextFloat();
        }
    }

    private static SavedModel model() {
        CharTokenizer tokenizer = CharTokenizer.of("abc");
        GptConfig config = new GptConfig(Architecture.RANDYGPT, tokenizer.vocabSize(), 4, 4, 1, 1, Head.UNTIED, 1e-5f);
        return new SavedModel(config, new Parameters(Gpt.training(config, 1, 1)), tokenizer);
    }
}
