package org.randygpt.bench.report;

import java.util.SplittableRandom;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.model.Preset;

/**
 * A model of GPT-2's blocks with a tied head, and how it is trained.
 *
 * @param batch sequences of a training step, each as long as the context
 */
record ModelShape(GptConfig config, int batch) {
    private static final float NORM_EPSILON = 1e-5f;

    /** A preset's. */
    static ModelShape of(Preset preset, int vocabSize) {
        return new ModelShape(preset.config(Architecture.GPT2, vocabSize, Head.TIED, NORM_EPSILON), preset.batch());
    }

    /** The same model with another context, in batches of another size. */
    ModelShape withContext(int context, int newBatch) {
        return like(config.vocabSize(), context, config.width(), config.layers(), newBatch);
    }

    private ModelShape like(int vocabSize, int context, int width, int layers, int newBatch) {
        return new ModelShape(
                new GptConfig(
                        Architecture.GPT2, vocabSize, context, width, layers, config.heads(), Head.TIED, NORM_EPSILON),
                newBatch);
    }

    /** The graph of a training step. */
    Graph trainingGraph() {
        return Gpt.training(config, batch, config.context());
    }

    /** Floating-point operations of a training step in matrix products: backward has two for each of forward. */
    double flopsOfStep() {
        return 3.0 * forwardFlops(batch, config.context());
    }

    /** Floating-point operations of matrix products in a forward pass. */
    double forwardFlops(int sequences, int time) {
        return Gpt.training(config, sequences, time).ops().stream()
                .mapToLong(Op::flops)
                .sum();
    }

    /** Random weights. */
    Parameters parameters() {
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        parameters.initialize(new SplittableRandom(1));
        return parameters;
    }
}
