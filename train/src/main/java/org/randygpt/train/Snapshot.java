package org.randygpt.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;

/** Copies of all that a step changes, so that it can be written while the next steps are done. */
final class Snapshot {
    private final SavedModel model;
    private final float[] weights;
    private final SequencedMap<String, float[]> optimizer = new LinkedHashMap<>();
    private final List<Copy> copies = new ArrayList<>();
    private RunState state;

    /** Takes the memory for the copies. */
    Snapshot(SavedModel model, AdamW optimizer, RunState state) {
        this.model = model;
        this.state = state;
        weights = copyOf(model.parameters().values());
        optimizer.state().forEach((name, live) -> this.optimizer.put(name, copyOf(live)));
    }

    private record Copy(float[] live, float[] copy) {}

    /** Copies everything; call it between two steps. */
    void take(RunState now) {
        state = now;
        for (Copy each : copies) {
            System.arraycopy(each.live, 0, each.copy, 0, each.live.length);
        }
    }

    /** Where the run stood when it was copied last. */
    RunState state() {
        return state;
    }

    /** The files of a generation, from the copies. */
    SequencedMap<String, FileContent> files() {
        SequencedMap<String, FileContent> files = ModelFolder.files(model, weights);
        files.put(OptimizerFile.NAME, OptimizerFile.of(optimizer, model.parameters()));
        files.put(StateFile.NAME, StateFile.of(state));
        return files;
    }

    private float[] copyOf(float[] live) {
        Copy made = new Copy(live, new float[live.length]);
        copies.add(made);
        return made.copy;
    }
}
