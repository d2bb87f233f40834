package org.randygpt.bench.report;

import java.util.stream.IntStream;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Preset;
import org.randygpt.core.text.CharTokenizer;

/** The models that are trained. */
public enum ModelSize {
    /** GPT-2's blocks in the shape of the Rust program, on a text with 65 different characters. */
    SMALL("the small GPT-2", Preset.SEED, 67, 64, 32),
    /** The smallest GPT-2 of Radford et al. 2019, on shorter sequences. */
    GPT2_124M("GPT-2 124M", Preset.GPT2, 50257, 256, 4);

    private final String description;
    private final Preset preset;
    private final int vocabSize;
    private final int context;
    private final int batch;

    ModelSize(String description, Preset preset, int vocabSize, int context, int batch) {
        this.description = description;
        this.preset = preset;
        this.vocabSize = vocabSize;
        this.context = context;
        this.batch = batch;
    }

    private ModelShape shape() {
        return ModelShape.of(preset, vocabSize).withContext(context, batch);
    }

    /** Its name for people. */
    public String description() {
        return description;
    }

    /** Its shape. */
    public GptConfig config() {
        return shape().config();
    }

    /** Sequences of a training step, each as long as the context. */
    public int batch() {
        return batch;
    }

    /** The graph of a training step. */
    public Graph trainingGraph() {
        return shape().trainingGraph();
    }

    /** Floating-point operations of a training step in matrix products: backward has two for each of forward. */
    public double flopsOfStep() {
        return shape().flopsOfStep();
    }

    /** Floating-point operations of matrix products in a forward pass. */
    double forwardFlops(int sequences, int time) {
        return shape().forwardFlops(sequences, time);
    }

    /** Random weights. */
    public Parameters parameters() {
        return shape().parameters();
    }

    /** A model with random weights, which can be saved. */
    SavedModel model() {
        int ends = 2; // the tokens that begin and end a text
        int[] characters = IntStream.rangeClosed(1, vocabSize - ends).toArray();
        return new SavedModel(config(), parameters(), CharTokenizer.ofCharacters(characters));
    }
}
