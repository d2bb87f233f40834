package org.randygpt.train;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.data.TextSettings;
import org.randygpt.core.data.TextSettings.Newlines;
import org.randygpt.core.data.TextSettings.OnInvalid;
import org.randygpt.train.Saving.OnError;

/** trainer_state.json: a {@link RunState}. */
final class StateFile {
    static final String NAME = "trainer_state.json";

    private StateFile() {}

    static FileContent of(RunState state) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("progress", Settings.toJson(state.progress()));
        object.put("data", data(state.data()));
        object.put("settings", Settings.toJson(state.config()));
        object.put("saving", saving(state.saving()));
        return JsonObject.content(object);
    }

    private static Map<String, Object> data(DataSource data) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("names", data.names());
        object.put("encoding", data.settings().encoding().name());
        object.put("on_invalid", Settings.name(data.settings().onInvalid()));
        object.put("newlines", Settings.name(data.settings().newlines()));
        object.put("sha256", data.sha256());
        return object;
    }

    private static DataSource data(JsonObject object) throws IOException {
        String encoding = object.text("encoding");
        if (!Charset.isSupported(encoding)) {
            throw object.wrong("encoding", "a character encoding");
        }
        return new DataSource(
                object.texts("names"),
                new TextSettings(
                        Charset.forName(encoding),
                        Settings.choice(object, "on_invalid", OnInvalid.values()),
                        Settings.choice(object, "newlines", Newlines.values())),
                object.text("sha256"));
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
        try {
            Progress progress = Settings.read(object.object("progress"), Progress.class);
            if (progress.step() != step || step < 1) {
                throw new IOException(
                        "%s: step is %d, but the folder is that of step %d".formatted(file, progress.step(), step));
            }
            return new RunState(
                    Settings.read(object.object("settings"), TrainingConfig.class),
                    saving(object.object("saving")),
                    data(object.object("data")),
                    progress);
        } catch (IllegalArgumentException absurd) {
            throw new IOException("%s: %s".formatted(file, absurd.getMessage()), absurd);
        }
    }

    private static Saving saving(JsonObject object) throws IOException {
        return new Saving(
                object.has("every") ? OptionalLong.of(object.longInteger("every")) : OptionalLong.empty(),
                object.integer("keep"),
                Settings.choice(object, "on_error", OnError.values()));
    }
}
