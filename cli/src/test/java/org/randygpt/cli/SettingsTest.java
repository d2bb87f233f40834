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
        // Heads are again as usual.
        assertEquals(
                List.of(
                        "Settings         preset tiny: context 32, layers 2; from my.toml: iters 2, respect-documents true,",
                        "                 width 24; options: batch 3, sample-tokens 0"),
                settingsRow(result));
        String saved = Files.readString(folder.resolve("run/settings.toml"));
        for (String setting : new String[] {
            "preset = \"tiny\"  # option",
            "layers = 2  # preset tiny",
            "width = 24  # my.toml",
            "heads = 4  # option",
            "batch = 3  # option",
            "iters = 2  # my.toml",
            "lr = 0.02  # default"
        }) {
            assertTrue(saved.lines().anyMatch(setting::equals), setting + " in " + saved);
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

    private static List<String> settingsRow(Result result) {
        return result.out()
                .lines()
                .dropWhile(line -> !line.startsWith("Settings "))
                .takeWhile(line -> line.startsWith("Settings ") || line.startsWith(" "))
                .toList();
    }

    @Test
    void theHeaderHasWhatIsNotAsUsualAndWhereItComesFrom() throws IOException {
        assertEquals(
                0,
                session.run(
                                "train",
                                "--data=text.txt",
                                "--iters=1",
                                "--width=32",
                                "--context=16",
                                "--kernels=reference",
                                "--out=a")
                        .exitCode());
        Result repeated = session.run("train", "--config=a/settings.toml", "--seed=2", "--out=b");
        assertEquals(0, repeated.exitCode(), repeated.err());
        assertEquals(
                List.of(
                        "Settings         from a/settings.toml: iters 1, context 16, width 32, kernels reference;",
                        "                 options: seed 2"),
                settingsRow(repeated));
        assertTrue(Files.readString(folder.resolve("b/settings.toml")).contains("width = 32  # a/settings.toml"));
        Result resumed = session.run("train", "--resume=b", "--iters=2");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(
                List.of("Settings         of the run: context 16, seed 2, width 32; options: iters 2"),
                settingsRow(resumed));
        // What follows from another setting has been set by nobody.
        Result recipe = session.run(
                "train", "--data=text.txt", "--recipe=gpt2", "--iters=1", "--lr=0.01", "--sample-tokens=300");
        assertEquals(List.of("Settings         options: iters 1, lr 0.01, recipe gpt2"), settingsRow(recipe));
    }

    @Test
    void aRunThatTrainsAModelOnIsRepeatedWithTheSameModel() throws IOException {
        assertEquals(
                0,
                session.train("--iters=2", "--recipe=gpt2", "--layers=2", "--out=old")
                        .exitCode());
        Result first = session.run(
                "train", "--data=text.txt", "--init=old", "--iters=2", "--batch=2", "--sample-tokens=0", "--out=first");
        assertEquals(0, first.exitCode(), first.err());
        String saved = Files.readString(folder.resolve("first/settings.toml"));
        String init = "init = \"%s\"  # option".formatted(folder.resolve("old").toAbsolutePath());
        assertTrue(saved.lines().anyMatch(init::equals), saved);
        assertTrue(saved.lines().anyMatch("layers = 2  # the model of --init"::equals), saved);
        assertFalse(saved.contains("tokenizer = "), saved);
        Session other = new Session(Files.createDirectories(folder.resolve("other")));
        Result second = other.run("train", "--config=../first/settings.toml", "--out=second");
        assertEquals(0, second.exitCode(), second.err());
        assertEquals(
                Sha256.of(Files.readAllBytes(folder.resolve("first/model.safetensors"))),
                Sha256.of(Files.readAllBytes(folder.resolve("other/second/model.safetensors"))));

        Files.move(folder.resolve("old"), folder.resolve("gone"));
        Result gone = session.run("train", "--config=first/settings.toml", "--out=third");
        assertEquals(2, gone.exitCode(), gone.out());
        assertTrue(gone.err().contains("the model that this run began with cannot be read"), gone.err());
        assertEquals(
                0,
                session.train("--iters=2", "--recipe=gpt2", "--layers=2", "--seed=3", "--out=old")
                        .exitCode());
        Result changed = session.run("train", "--config=first/settings.toml", "--out=third");
        assertEquals(2, changed.exitCode(), changed.out());
        assertTrue(changed.err().contains("the SHA-256 of its weights is "), changed.err());
        assertFalse(Files.exists(folder.resolve("third")));
        // The command line goes first, and its model takes the place of a new one.
        assertEquals(0, session.train("--iters=1", "--out=new").exitCode());
        Result named = session.run("train", "--config=new/settings.toml", "--init=old", "--out=third");
        assertEquals(0, named.exitCode(), named.err());
        assertEquals(2, ModelFolder.readConfig(folder.resolve("third")).layers());
    }

    @Test
    void aRepeatSaysWhereTheTextIsAnother() throws IOException {
        assertEquals(0, session.train("--iters=2", "--out=runs/a").exitCode());
        Files.writeString(folder.resolve("text.txt"), Session.text() + "!");
        Result repeated = session.run("train", "--config=runs/a/settings.toml", "--out=runs/b");
        assertEquals(0, repeated.exitCode(), repeated.err());
        assertTrue(repeated.err().contains("the text is not that of runs/a/settings.toml any more"), repeated.err());
        Result compared = session.run("runs", "compare", "a", "b");
        assertTrue(
                compared.out().lines().anyMatch(line -> line.matches("--data-sha256( +[0-9a-f]{12}\\.\\.\\.){2}")),
                compared.out());
        Result again = session.run("train", "--config=runs/b/settings.toml", "--out=runs/c");
        assertEquals("", again.err());
    }

    @Test
    void standardInputIsNotKept() throws IOException {
        session.withInput(Session.text());
        assertEquals(0, session.train("--data=-", "--iters=1", "--out=run").exitCode());
        Result repeated = new Session(folder).run("train", "--config=run/settings.toml", "--out=again");
        assertEquals(2, repeated.exitCode());
        assertTrue(
                repeated.err().contains("from standard input, which is not kept; say with --data where it is"),
                repeated.err());
        Result resumed = new Session(folder).run("train", "--resume=run", "--iters=2");
        assertTrue(
                resumed.err().contains("from standard input, which is not kept; say with --data where it is"),
                resumed.err());
        Result given = new Session(folder).run("train", "--config=run/settings.toml", "--data=text.txt", "--out=again");
        assertEquals(0, given.exitCode(), given.err());
    }

    @Test
    void whatIsSeenAndWrittenIsKeptWhereSomebodyHasSetIt() throws IOException {
        Result first = session.train(
                "--iters=2",
                "--log=csv,tensorboard",
                "--sample-every=1",
                "--save-every=1",
                "--keep=3",
                "--kernels=reference",
                "--out=first");
        assertEquals(0, first.exitCode(), first.err());
        String saved = Files.readString(folder.resolve("first/settings.toml"));
        for (String setting : List.of(
                "kernels = \"reference\"",
                "log = [\"csv\", \"tensorboard\"]",
                "sample-every = 1",
                "sample-tokens = 0",
                "save-every = 1",
                "keep = 3")) {
            assertTrue(saved.lines().anyMatch((setting + "  # option")::equals), setting + " in " + saved);
        }
        assertFalse(saved.contains("threads"), saved);
        Result second = session.run("train", "--config=first/settings.toml", "--out=second");
        assertEquals(0, second.exitCode(), second.err());
        assertTrue(Files.exists(folder.resolve("second/metrics.csv")));
        assertTrue(Files.exists(folder.resolve("second/step-000001")));
        assertTrue(second.out().contains("Kernels          reference"), second.out());
    }

    @Test
    void aRepeatOfMinutesSaysThatItIsAnotherRun() throws IOException {
        assertEquals(0, session.train("--minutes=0.005", "--out=run").exitCode());
        assertTrue(Files.readString(folder.resolve("run/settings.toml"))
                .contains("a repeat takes as many steps as it has time for"));
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
            context = 1.5             | --config my.toml, line 1: --context: '1.5' is not a whole number
            width = "many"            | --config my.toml, line 1: --width: 'many' is not a whole number
            seed = [1, 2]             | --config my.toml, line 1: seed is the list [1, 2]; it takes one value
            context = 8\\nblock_size = 16 | my.toml: context and block_size are two names of one setting, in lines 1 and 2; leave one out
            [a]\\nseed = 1\\n[b]\\nseed = 2 | my.toml: seed is set twice, in lines 2 and 4; leave one out
            out = "somewhere"         | there is no setting out
            layers = 1979-05-27       | it must be a text, a number, true or false
            preset = "shakespeare-cha" | there is no preset shakespeare-cha; did you mean shakespeare-char?
            """)
    void aFileThatCannotBeIsRefused(String line, String message) throws IOException {
        Files.writeString(folder.resolve("my.toml"), line.replace("\\n", "\n") + "\n");
        Result result = session.train("--config=my.toml", "--out=run");
        assertEquals(2, result.exitCode(), result.out());
        assertTrue(result.err().contains(message), result.err());
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void whatIsNoFileOfSettingsIsRefused() throws IOException {
        Files.write(folder.resolve("bytes"), new byte[] {'a', (byte) 0xff, (byte) 0xfe, 0, 7});
        Files.write(folder.resolve("bytes.json"), new byte[] {'{', (byte) 0xff, (byte) 0xfe, 0, 7});
        assertRefused("--config bytes is not text in UTF-8", "--config=bytes");
        assertRefused("bytes.json: byte ", "--config=bytes.json");
        assertEquals(0, session.train("--iters=1", "--out=run").exitCode());
        assertRefused("--config run is a folder; name the file of settings in it: run/settings.toml", "--config=run");
        assertRefused("--config . is a folder; name the file of settings", "--config=.");
    }

    private void assertRefused(String message, String... options) {
        Result result = session.train(options);
        assertEquals(2, result.exitCode(), result.out());
        assertTrue(result.err().contains(message), result.err());
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
    void noPresetTakesNoTime() {
        assertEquals("under 0.1", PresetsCommand.shown(0.04));
        assertEquals("0.5", PresetsCommand.shown(0.47));
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
            // Java alone takes more than a hundred megabytes.
            assertTrue(preset.longInteger("memory_bytes") > 100 << 20, preset.text("preset"));
            if (preset.text("preset").equals("gpt2")) {
                assertEquals(124_439_808, preset.longInteger("parameters"));
            }
        }
        assertEquals("tiny", presets.getFirst().text("preset"));
    }
}
