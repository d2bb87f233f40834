package org.randygpt.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.graph.Parameters;
import org.randygpt.kernels.Matrix;

/** Copies of all that a step changes, so that it can be written while the next steps are done. */
final class Snapshot {
    private final SavedModel model;
    private final float[] weights;
    private final SequencedMap<String, Block> forResuming = new LinkedHashMap<>();
    private final List<Copy> copies = new ArrayList<>();
    private RunState state;

    /**
     * Takes the memory for the copies.
     *
     * @param live what of the model is saved: its weights, or their mean, laid out as they are
     * @param forResuming what else steps change
     */
    Snapshot(SavedModel model, float[] live, SequencedMap<String, Block> forResuming, RunState state) {
        this.model = model;
        this.state = state;
        Parameters parameters = model.parameters();
        weights = new float[parameters.values().length];
        copies.add(new Copy(parameters.all(live), parameters.all(weights)));
        forResuming.forEach((name, block) -> this.forResuming.put(name, copyOf(block)));
    }

    private record Copy(Matrix live, Matrix copy) {}

    /** Copies everything; call it between two steps. */
    void take(RunState now) {
        state = now;
        for (Copy each : copies) {
            System.arraycopy(
                    each.live.data(), each.live.offset(), each.copy.data(), each.copy.offset(), each.live.size());
        }
    }

    /** Where the run stood when it was copied last. */
    RunState state() {
        return state;
    }

    /** The files of a generation, from the copies. */
    SequencedMap<String, FileContent> files() {
        SequencedMap<String, FileContent> files = ModelFolder.files(model, weights);
        files.put(OptimizerFile.NAME, OptimizerFile.of(forResuming));
        files.put(StateFile.NAME, StateFile.of(state));
        return files;
    }

    private Block copyOf(Block live) {
        Matrix values = live.values();
        Matrix copy = new Matrix(new float[values.size()], 0, values.rows(), values.cols());
        copies.add(new Copy(values, copy));
        return new Block(live.shape(), copy);
    }
}
