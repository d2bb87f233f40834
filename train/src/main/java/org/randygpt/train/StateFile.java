package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
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
        TrainingConfig config = state.config();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("batch", config.batch());
        settings.put("iterations", config.iterations());
        settings.put("learning_rate", config.learningRate());
        settings.put("min_learning_rate", config.minLearningRate());
        settings.put("warmup", config.warmup());
        settings.put("schedule", name(config.schedule()));
        settings.put("decay_fraction", config.decayFraction());
        settings.put("beta1", config.beta1());
        settings.put("beta2", config.beta2());
        settings.put("epsilon", config.epsilon());
        settings.put("weight_decay", config.weightDecay());
        settings.put("clip", config.clip());
        settings.put("evaluate_every", config.evaluateEvery());
        settings.put("seed", config.seed());

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
        object.put("settings", settings);
        object.put("saving", saving(state.saving()));
        return JsonObject.content(object);
    }

    private static Map<String, Object> saving(Saving saving) {
        Map<String, Object> object = new LinkedHashMap<>();
        saving.every().ifPresent(steps -> object.put("every", steps));
        object.put("keep", saving.keep());
        object.put("on_error", name(saving.onError()));
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
        JsonObject settings = object.object("settings");
        try {
            TrainingConfig config = new TrainingConfig(
                    settings.integer("batch"),
                    settings.longInteger("iterations"),
                    (float) settings.number("learning_rate"),
                    (float) settings.number("min_learning_rate"),
                    settings.longInteger("warmup"),
                    schedule(settings),
                    settings.has("decay_fraction") ? (float) settings.number("decay_fraction") : 0,
                    (float) settings.number("beta1"),
                    (float) settings.number("beta2"),
                    (float) settings.number("epsilon"),
                    (float) settings.number("weight_decay"),
                    (float) settings.number("clip"),
                    settings.longInteger("evaluate_every"),
                    settings.longInteger("seed"));
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
                onError(object));
    }

    private static OnError onError(JsonObject saving) throws IOException {
        for (OnError policy : OnError.values()) {
            if (name(policy).equals(saving.text("on_error"))) {
                return policy;
            }
        }
        throw saving.wrong("on_error", "stop or continue");
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Schedule schedule(JsonObject settings) throws IOException {
        // Runs from before there was a choice have the cosine.
        String stored = settings.has("schedule") ? settings.text("schedule") : name(Schedule.COSINE);
        for (Schedule schedule : Schedule.values()) {
            if (name(schedule).equals(stored)) {
                return schedule;
            }
        }
        throw settings.wrong("schedule", "cosine, wsd or constant");
    }
}
