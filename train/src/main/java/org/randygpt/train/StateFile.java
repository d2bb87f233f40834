package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.RunState.Best;
import org.randygpt.train.Saving.OnError;

/** trainer_state.json: a {@link RunState}. */
final class StateFile {
    static final String NAME = "trainer_state.json";

    private StateFile() {}

    static FileContent of(RunState state) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("step", state.step());
        object.put("initial_loss", state.initialLoss());
        // JSON has no infinity: before the first validation there is no best loss.
        if (Float.isFinite(state.best().loss())) {
            object.put("best_validation_loss", state.best().loss());
            object.put("best_step", state.best().step());
        }
        object.put("data", state.data());
        object.put("data_sha256", state.dataSha256());
        object.put("settings", Settings.toJson(state.config()));
        object.put("saving", saving(state.saving()));
        return JsonObject.content(object);
    }

    private static Map<String, Object> saving(Saving saving) {
        Map<String, Object> object = new LinkedHashMap<>();
        saving.every().ifPresent(steps -> object.put("every", steps));
        object.put("keep", saving.keep());
        object.put("on_error", Settings.name(saving.onError()));
        return object;
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
            return new RunState(
                    config,
                    saving(object.object("saving")),
                    object.text("data"),
                    object.text("data_sha256"),
                    step,
                    (float) object.number("initial_loss"),
                    best(object));
        } catch (IllegalArgumentException absurd) {
            throw new IOException("%s: %s".formatted(file, absurd.getMessage()), absurd);
        }
    }

    private static Best best(JsonObject object) throws IOException {
        return object.has("best_step")
                ? new Best((float) object.number("best_validation_loss"), object.longInteger("best_step"))
                : Best.NONE;
    }

    private static Saving saving(JsonObject object) throws IOException {
        return new Saving(
                object.has("every") ? OptionalLong.of(object.longInteger("every")) : OptionalLong.empty(),
                object.integer("keep"),
                Settings.choice(object, "on_error", OnError.values()));
    }
}
