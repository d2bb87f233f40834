package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.Preset;

/** Settings from presets and files. */
class SettingsTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @Test
    void optionsGoBeforeTheFileAndTheFileBeforeThePreset() throws IOException {
        Files.writeString(folder.resolve("my.toml"), """
                [model]
                width = 24   # of the preset 64
                heads = 2
                [learning]
                iters = 2
                data = ["text.txt"]
                respect-documents = true
                """);
        Result result = session.run(
                "train",
                "--preset=tiny",
                "--config=my.toml",
                "--heads=4",
                "--batch_size=3",
                "--sample-tokens=0",
                "--out=run");
        assertEquals(0, result.exitCode(), result.err());
        GptConfig model = ModelFolder.readConfig(folder.resolve("run"));
        assertEquals(2, model.layers());
        assertEquals(24, model.width());
        assertEquals(4, model.heads());
        assertEquals(32, model.context());
        for (String setting : new String[] {
            "layers 2 (preset tiny)", "width 24 (my.toml)", "heads 4 (option)", "batch 3 (option)", "iters 2 (my.toml)"
        }) {
            assertTrue(result.out().contains(setting), setting + " in " + result.out());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--recipe=gpt2 --dropout=0.1",
                "--recipe=randygpt --schedule=plateau",
                "--arch=llama --kv-heads=1 --optimizer=adamw --schedule=constant",
                "--tokenizer=bpe:300 --respect-documents --windows=random --split=position",
                "--clip=0.5 --average=0 --newlines=lf --encoding=ISO-8859-1"
            })
    void aRunIsRepeatedByItsSettings(String options) throws IOException {
        Result first =
                session.train(("--iters=3 --out=first " + options).strip().split(" ", -1));
        assertEquals(0, first.exitCode(), first.err());
        // In another folder, without any other option.
        Files.createDirectories(folder.resolve("other"));
        Result second = new Session(folder.resolve("other"))
                .run("train", "--config=../first/settings.toml", "--sample-tokens=0", "--out=second");
        assertEquals(0, second.exitCode(), second.err());
        assertEquals(
                Sha256.of(Files.readAllBytes(folder.resolve("first/step-000003/trainer_state.json"))),
                Sha256.of(Files.readAllBytes(folder.resolve("other/second/step-000003/trainer_state.json"))));
        assertEquals(
                Sha256.of(Files.readAllBytes(folder.resolve("first/model.safetensors"))),
                Sha256.of(Files.readAllBytes(folder.resolve("other/second/model.safetensors"))));
    }

    @Test
    void jsonMaySetTheSameAndInNanoGptsNames() throws IOException {
        Files.writeString(
                folder.resolve("my.json"),
                "{\"preset\": \"tiny\", \"n_embd\": 16, \"max_iters\": 1, \"data\": [\"text.txt\"]}");
        Result result = session.run("train", "--config", "my.json", "--sample-tokens=0", "--out=run");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(16, ModelFolder.readConfig(folder.resolve("run")).width());
        assertEquals(2, ModelFolder.readConfig(folder.resolve("run")).layers());
    }

    @Test
    void nanoGptsNamesAreTaken() throws IOException {
        Result result = session.run(
                "train",
                "--data=text.txt",
                "--max_iters=1",
                "--batch_size=2",
                "--block_size",
                "8",
                "--n_layer=1",
                "--n_head=2",
                "--n_embd=16",
                "--learning_rate=0.01",
                "--sample-tokens=0",
                "--out=run");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(8, ModelFolder.readConfig(folder.resolve("run")).context());
    }

    @Test
    void minutesOnTheCommandLineTakeThePlaceOfStepsInTheFile() throws IOException {
        Files.writeString(folder.resolve("my.toml"), "iters = 5\n");
        Result result = session.train("--config=my.toml", "--minutes=0.01", "--out=run");
        assertEquals(0, result.exitCode(), result.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            layer = 3                 | there is no setting layer; did you mean layers?
            patience = "many"         | --patience: 'many' is not a whole number
            layers =                  | at line 1, column 9
            out = "somewhere"         | there is no setting out
            layers = 1979-05-27       | it must be a text, a number, true or false
            preset = "shakespeare-cha" | there is no preset shakespeare-cha; did you mean shakespeare-char?
            """)
    void aFileThatCannotBeIsRefused(String line, String message) throws IOException {
        Files.writeString(folder.resolve("my.toml"), line + "\n");
        Result result = session.train("--config=my.toml", "--out=run");
        assertEquals(2, result.exitCode(), result.out());
        assertTrue(result.err().contains(message), result.err());
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void whereThereAreSettingsAlreadyNoOthersAreTaken() throws IOException {
        var _ = session.stoppedAfter(2).train("--iters=4", "--out=run");
        assertTrue(session.run("train", "--resume=run", "--preset=m").err().contains("--preset is for a new run"));
        assertTrue(session.run("train", "--init=run", "--preset=m").err().contains("--preset is for a new model"));
        assertTrue(session.run("train", "--config=absent.toml").err().contains("there is no such file"));
    }

    @Test
    void aRunThatSavesNothingLeavesNothing() throws IOException {
        var _ = session.stoppedAfter(0).train("--out=run");
        assertFalse(Files.exists(folder.resolve("run")));
    }

    /** Each preset's options belong together. */
    @ParameterizedTest
    @EnumSource(names = {"TINY", "SEED", "XS", "S", "SHAKESPEARE_CHAR_CPU"})
    void presetsTrain(Preset preset) {
        Result result = session.run(
                "train",
                "--data=text.txt",
                "--preset=" + preset.label(),
                "--iters=1",
                "--batch=1",
                "--layers=1",
                "--sample-tokens=0",
                "--out=run");
        assertEquals(0, result.exitCode(), result.err());
    }

    @Test
    void allPresetsAreListedWithWhatTheyTake() throws IOException {
        Files.writeString(
                folder.resolve("presets.json"), session.run("presets", "--json").out());
        List<JsonObject> presets =
                JsonObject.read(folder.resolve("presets.json")).objects("presets");
        assertEquals(Preset.values().length, presets.size());
        for (JsonObject preset : presets) {
            assertTrue(preset.number("minutes") > 0 && preset.longInteger("memory_bytes") > 0);
            if (preset.text("preset").equals("gpt2")) {
                assertEquals(124_439_808, preset.longInteger("parameters"));
            }
        }
        assertEquals("tiny", presets.getFirst().text("preset"));
    }
}
