package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;

class ExportAndImportTest {
    private static final List<String> MODEL =
            List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");

    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void begin() throws IOException {
        session = new Session(folder);
    }

    @ParameterizedTest
    @CsvSource({"gpt2, char", "llama, bpe:300", "qwen3, char", "qwen3, bpe:280"})
    void aModelThatWentThroughLlamaCppsFormIsTheSame(String architecture, String tokenizer) throws IOException {
        train("--arch=" + architecture, "--tokenizer=" + tokenizer);
        run("export", "run", "--format=gguf", "--out=model.gguf");
        run("import", "model.gguf", "--out=back");

        assertEquals(MODEL, names("back"));
        for (String file : MODEL) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("run").resolve(file)),
                    Files.readAllBytes(folder.resolve("back").resolve(file)),
                    file);
        }
        String[] writing = {"generate", "--tokens=30", "--seed=3", "--model"};
        assertEquals(run(with(writing, "run")).out(), run(with(writing, "back")).out());
        assertEquals(0, session.train("--init=back", "--iters=1", "--out=tuned").exitCode());
    }

    @Test
    void aRunWithoutItsTrainingIsAHuggingFaceFolder() throws IOException {
        train();
        Files.writeString(folder.resolve("run/generation_config.json"), "{}");
        run("export", "run", "--format=huggingface", "--out=upload");
        run("export", "--model=run/latest", "--format", "huggingface", "--out", "latest");

        assertEquals(MODEL, names("latest"));
        assertEquals(
                Stream.concat(MODEL.stream(), Stream.of("generation_config.json"))
                        .sorted()
                        .toList(),
                names("upload"));
        for (String file : MODEL) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("run").resolve(file)),
                    Files.readAllBytes(folder.resolve("upload").resolve(file)));
        }
        assertEquals(0, session.run("generate", "--model=upload", "--tokens=3").exitCode());
    }

    @Test
    void withoutAModelItIsTheNewestRuns() throws IOException {
        assertEquals(0, session.train("--iters=1", "--out=runs/first").exitCode());
        Files.createDirectory(folder.resolve("empty"));
        run("export", "--format=huggingface", "--out=empty");

        assertEquals(MODEL, names("empty"));
    }

    @Test
    void halvesAreHalfAsLarge() throws IOException {
        train();
        run("export", "run", "--format=gguf", "--out=whole.gguf");
        run("export", "run", "--format=gguf", "--type=f16", "--out=half.gguf");
        long matrices = Files.size(folder.resolve("whole.gguf")) - Files.size(folder.resolve("half.gguf"));
        long weights = Files.size(folder.resolve("run/model.safetensors"));

        // All but the norms, and the header, which is as long.
        assertTrue(matrices > 0.45 * weights && matrices < 0.5 * weights, matrices + " of " + weights);
    }

    @Test
    void whatWasDoneIsOneJsonObject() throws IOException {
        train("--arch=llama");
        JsonObject exported = json(run("export", "run", "--format=gguf", "--type=bf16", "--out=m.gguf", "--json"));
        JsonObject imported = json(run("import", "m.gguf", "--out=m", "--json"));
        JsonObject copied = json(run("export", "m", "--format=huggingface", "--out=n", "--json"));

        assertEquals("gguf", exported.text("format"));
        assertEquals("bf16", exported.text("type"));
        assertEquals("m.gguf", exported.text("out"));
        assertEquals(Files.size(folder.resolve("m.gguf")), exported.longInteger("bytes"));
        for (JsonObject each : List.of(exported, imported, copied)) {
            assertEquals("llama", each.text("architecture"));
            assertEquals(30, each.integer("tokens"));
            assertEquals(exported.longInteger("parameters"), each.longInteger("parameters"));
        }
    }

    private static JsonObject json(Result result) throws IOException {
        assertEquals("", result.err());
        return JsonObject.parse("standard output", result.out().getBytes(StandardCharsets.UTF_8), 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "export run --format=gguf --out=text.txt | --out text.txt is there already, and stays as it is",
                "export run --format=huggingface --out=run | --out run is there already with something in it",
                "export run --format=huggingface --out=text.txt | --out text.txt is there already",
                "export run --format=gguf --out=none/m.gguf | none; make it first",
                "export run --format=gguf --out=/proc/m.gguf | --out /proc/m.gguf cannot be written: /proc: no file can",
                "import whole.gguf --out=/proc/m | --out /proc/m cannot be written: /proc: no file can",
                "export run --format=huggingface --type=f16 --out=x | --type is for --format gguf",
                "export run --format=onnx --out=x | 'onnx' is no format; there are gguf, huggingface",
                "export run --format=gguf --type=q4_0 --out=x | 'q4_0' is no type of weights; there are f32, f16, bf16",
                "export run --out=x | --format",
                "export run --format=gguf | --out",
                "export run --model=run --format=gguf --out=x | run and --model run are two models; give one",
                "export none --format=gguf --out=x | none is not a folder; a model is a folder with config.json",
                "export seed --format=gguf --out=x | llama.cpp has no architecture randygpt, it has gpt2, llama, qwen3",
                "import text.txt --out=x | text.txt: byte 0: the file begins with 0x74686520, not with the letters GGUF",
                "import none.gguf --out=x | none.gguf: there is no such file",
                "import run --out=x | run is a folder; a model folder needs no import",
                "import cut.gguf --out=x | the file is not complete, get it anew",
                "import whole.gguf --out=run | --out run is there already with something in it",
                "import whole.gguf | --out",
                "import --out=x | FILE",
            })
    void whatCannotBeIsRefusedAndNothingIsLeft(String arguments, String message) throws IOException {
        train();
        assertEquals(
                0, session.train("--arch=randygpt", "--iters=1", "--out=seed").exitCode());
        run("export", "run", "--format=gguf", "--out=whole.gguf");
        byte[] whole = Files.readAllBytes(folder.resolve("whole.gguf"));
        Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, whole.length - 100));
        var before = session.contents();

        Result refused = session.run(arguments.split(" "));
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains(message), refused.err());
        assertEquals(before, session.contents());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gguf", "huggingface"})
    void aDamagedSaveIsNotGivenToOthers(String format) throws IOException {
        train();
        Path weights = folder.resolve("run/step-000002/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        var before = session.contents();

        Result refused = session.run("export", "run/latest", "--format=" + format, "--out=x");
        assertNotEquals(0, refused.exitCode());
        assertTrue(refused.err().contains("its SHA-256 is"), refused.err());
        assertEquals(before, session.contents());
    }

    private void train(String... more) {
        Result trained = session.train(with(more, "--iters=2", "--out=run"));
        assertEquals(0, trained.exitCode(), trained.err());
    }

    private Result run(String... arguments) {
        Result result = session.run(arguments);
        assertEquals(0, result.exitCode(), result.err());
        return result;
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
    }

    private List<String> names(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
