package org.randygpt.bench.report;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;

/** The models that are trained. */
public enum ModelSize {
    /** That of {@code randygpt train} without options, on a text with 65 different characters. */
    DEFAULT("the default model", 67, 64, 128, 4, 8, 32),
    /** The smallest GPT-2 of Radford et al. 2019, on shorter sequences. */
    GPT2_124M("GPT-2 124M", 50257, 256, 768, 12, 12, 4);

    private final String description;
    private final int vocabSize;
    private final int context;
    private final int width;
    private final int layers;
    private final int heads;
    private final int batch;

    ModelSize(String description, int vocabSize, int context, int width, int layers, int heads, int batch) {
        this.description = description;
        this.vocabSize = vocabSize;
        this.context = context;
        this.width = width;
        this.layers = layers;
        this.heads = heads;
        this.batch = batch;
    }

    /** Its name for people. */
    public String description() {
        return description;
    }

    /** Its shape. */
    public GptConfig config() {
        return new GptConfig(Architecture.GPT2, vocabSize, context, width, layers, heads, Head.TIED, 1e-5f);
    }

    /** Sequences of a training step, each as long as the context. */
    public int batch() {
        return batch;
    }

    /** The graph of a training step. */
    public Graph trainingGraph() {
        return Gpt.training(config(), batch, context);
    }

    /** Floating-point operations of a training step in matrix products: backward has two for each of forward. */
    public double flopsOfStep() {
        return 3.0 * forwardFlops(batch, context);
    }

    /** Floating-point operations of matrix products in a forward pass. */
    double forwardFlops(int sequences, int time) {
        return Gpt.training(config(), sequences, time).ops().stream()
                .mapToLong(Op::flops)
                .sum();
    }

    /** Random weights. */
    public Parameters parameters() {
        Parameters parameters = new Parameters(Gpt.training(config(), 1, 1));
        parameters.initialize(new SplittableRandom(1));
        return parameters;
    }

    /** A model with random weights, which can be saved. */
    SavedModel model() {
        int ends = 2; // the tokens that begin and end a text
        int[] characters = IntStream.rangeClosed(1, vocabSize - ends).toArray();
        return new SavedModel(config(), parameters(), CharTokenizer.ofCharacters(characters));
    }
}
