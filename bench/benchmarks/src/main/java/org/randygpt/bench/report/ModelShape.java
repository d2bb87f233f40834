package org.randygpt.bench.report;

import java.util.SplittableRandom;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.MemoryLayout;
import org.randygpt.core.graph.MemoryLayout.Reuse;
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
    /** Weights, gradients and two moments. */
    private static final int COPIES = 4;

    private static final float NORM_EPSILON = 1e-5f;

    /** A preset's. */
    static ModelShape of(Preset preset, int vocabSize) {
        return new ModelShape(preset.config(Architecture.GPT2, vocabSize, Head.TIED, NORM_EPSILON), preset.batch());
    }

    /** The same with another width and as many heads. */
    ModelShape withWidth(int width) {
        return new ModelShape(gpt2(config.vocabSize(), config.context(), width, config.layers()), batch);
    }

    /** The same with more or fewer blocks. */
    ModelShape withLayers(int layers) {
        return new ModelShape(gpt2(config.vocabSize(), config.context(), config.width(), layers), batch);
    }

    /** The same with another context, in batches of another size. */
    ModelShape withContext(int context, int newBatch) {
        return new ModelShape(gpt2(config.vocabSize(), context, config.width(), config.layers()), newBatch);
    }

    /** The same with another number of different tokens. */
    ModelShape withVocabSize(int vocabSize) {
        return new ModelShape(gpt2(vocabSize, config.context(), config.width(), config.layers()), batch);
    }

    private GptConfig gpt2(int vocabSize, int context, int width, int layers) {
        return new GptConfig(
                Architecture.GPT2, vocabSize, context, width, layers, config.heads(), Head.TIED, NORM_EPSILON);
    }

    /** Tokens that a training step reads. */
    int tokensOfStep() {
        return batch * config.context();
    }

    /** Bytes of weights, gradients, two moments, and activations and their gradients as they are planned. */
    long plannedBytes() {
        Graph graph = trainingGraph();
        return (long) COPIES * Float.BYTES * graph.parameterCount()
                + MemoryLayout.of(graph, Reuse.BY_LIFETIME).bytes();
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
