package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;

class GradcheckCommandTest {
    private static final String[] TINY = {"gradcheck", "--layers=1", "--width=8", "--context=4", "--threads=1"};

    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen3", "randygpt"})
    void gradientsOfEveryArchitectureAreRight(String architecture) {
        for (String kernels : new String[] {"vector", "reference"}) {
            Result checked = tiny("--arch=" + architecture, "--dropout=0.1", "--kernels=" + kernels);
            assertEquals(0, checked.exitCode(), checked.out() + checked.err());
            assertTrue(checked.out().contains("Model      " + architecture + ", 1 layer, width 8, 2 heads"));
            assertTrue(checked.out().endsWith("All gradients are right." + System.lineSeparator()), checked.out());
        }
    }

    @Test
    void aModelMayHaveAnyShape() {
        Result checked = tiny(
                "--arch=llama", "--heads=4", "--kv-heads=1", "--mlp=12", "--head=tied", "--vocabulary=5", "--batch=1");
        assertEquals(0, checked.exitCode(), checked.out() + checked.err());
        assertTrue(checked.out().contains("4 heads on 1 head of keys and values, context 4, tied head"), checked.out());
    }

    @Test
    void whatIsOffByMoreThanTheToleranceIsNamedAndFails() {
        Result checked = tiny("--tolerance=1e-12");
        assertEquals(1, checked.exitCode(), checked.out());
        assertTrue(checked.out().contains("NOT OK"), checked.out());
        assertTrue(checked.out().contains("weight tensors have wrong gradients"), checked.out());
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Result right = tiny("--json");
        assertEquals(0, right.exitCode(), right.err());
        Path file = Files.writeString(folder.resolve("check.json"), right.out());
        assertEquals(true, JsonObject.read(file).value("ok"));
        assertTrue(right.out().contains("\"name\" : \"model.embed_tokens.weight\""), right.out());
        Result wrong = tiny("--json", "--tolerance=1e-12");
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.out().contains("\"ok\" : false"), wrong.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --vocabulary=1    | --vocabulary is 1; it must be at least 2
                    --batch=0         | --batch is 0; it must be at least 1
                    --dropout=1       | --dropout is 1; it must be at least 0 and below 1
                    --tolerance=0     | --tolerance is 0.0; it must be above 0
                    --heads=3         | width 8 does not divide into 3 heads; try width 9
                    """)
    void whatCannotBeIsRefused(String option, String sentence) {
        Result refused = tiny(option);
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains(sentence), refused.err());
        assertEquals("", refused.out());
    }

    @Test
    void theShapeMayComeFromAPresetOrAFile() throws IOException {
        Result preset = session.run(
                "gradcheck", "--preset=xs", "--layers=1", "--width=8", "--heads=2", "--context=4", "--threads=1");
        assertEquals(0, preset.exitCode(), preset.out() + preset.err());
        assertTrue(preset.out().contains("randygpt, 1 layer, width 8, 2 heads"), preset.out());
        assertEquals(
                0,
                session.train("--iters=1", "--arch=llama", "--kv-heads=1", "--out=run")
                        .exitCode());
        Result file = session.run("gradcheck", "--config=run/settings.toml", "--width=8", "--mlp=12", "--context=4");
        assertEquals(0, file.exitCode(), file.out() + file.err());
        assertTrue(
                file.out().contains("llama, 1 layer, width 8, 2 heads on 1 head of keys and values, context 4"),
                file.out());
        assertTrue(session.run("gradcheck", "--config=none.toml").err().contains("there is no such file"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --width=4096 --layers=24 | the model has more than 2,147,483,647 weights
                    --preset=s               | --layers, --width or --context smaller
                    """)
    void whatWouldNotEndIsRefused(String options, String sentence) {
        Result refused = session.run(("gradcheck " + options).split(" ", -1));
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains(sentence), refused.err());
        assertEquals("", refused.out());
    }

    @Test
    void helpHasTheSmallModelsDefaults() {
        String help = session.run("gradcheck", "--help").out();
        assertTrue(help.matches("(?s).*--layers=N\\s+Blocks. Default: 2\\R.*"), help);
        assertFalse(help.contains("Default: 128"), help);
        assertTrue(help.matches("(?s).*--heads=N\\s+Attention heads; they divide the width. Default: 2\\R.*"), help);
        assertTrue(help.matches("(?s).*--context=N\\s+Tokens that the model sees at once. Default: 8\\R.*"), help);
        assertTrue(help.matches("(?s).*--width=N\\s+Numbers that stand for a token. Default: 16\\R.*"), help);
        String train = session.run("train", "--help").out();
        assertTrue(train.contains("Default: 128"), train);
    }

    private Result tiny(String... more) {
        String[] arguments = Arrays.copyOf(TINY, TINY.length + more.length);
        System.arraycopy(more, 0, arguments, TINY.length, more.length);
        return session.run(arguments);
    }
}
