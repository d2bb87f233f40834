package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.randygpt.core.checkpoint.JsonObject;

/** trainer_state.json: a {@link RunState}. */
final class StateFile {
    static final String NAME = "trainer_state.json";

    private StateFile() {}

    static void write(Path folder, RunState state) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("step", state.step());
        object.put("initial_loss", state.initialLoss());
        // JSON has no infinity: before the first validation there is no best loss.
        if (Float.isFinite(state.bestLoss())) {
            object.put("best_validation_loss", state.bestLoss());
        }
        object.put("data", state.data());
        object.put("data_sha256", state.dataSha256());
        object.put("settings", Settings.toJson(state.config()));
        JsonObject.write(folder.resolve(NAME), object);
    }

    /** Reads the state of a checkpoint of which its folder's name says the step. */
    static RunState read(Path folder, long step) throws IOException {
        Path file = folder.resolve(NAME);
        JsonObject object = JsonObject.read(file);
        if (object.longInteger("step") != step || step < 1) {
            throw new IOException("%s: step is %d, but the folder is that of step %d"
                    .formatted(file, object.longInteger("step"), step));
        }
        try {
            TrainingConfig config = Settings.read(object.object("settings"), TrainingConfig.class);
            boolean hasBest = object.has("best_validation_loss");
            return new RunState(
                    config,
                    object.text("data"),
                    object.text("data_sha256"),
                    step,
                    (float) object.number("initial_loss"),
                    hasBest ? (float) object.number("best_validation_loss") : Float.POSITIVE_INFINITY);
        } catch (IllegalArgumentException absurd) {
            throw new IOException("%s: %s".formatted(file, absurd.getMessage()), absurd);
        }
    }
}
