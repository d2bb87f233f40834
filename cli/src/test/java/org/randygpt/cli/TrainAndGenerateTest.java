package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.Sha256;

class TrainAndGenerateTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen3", "randygpt"})
    void trainedModelWrites(String architecture) {
        Result trained = session.train("--arch", architecture, "--iters", "60", "--out", "run");
        assertEquals(0, trained.exitCode(), trained.err());
        assertEquals("", trained.err());
        assertTrue(loss(trained, "final loss") < loss(trained, "initial loss"), trained.out());

        Result written = session.run("generate", "--model", "run", "--prompt=the ", "--tokens=50", "--temperature=0");
        assertEquals(0, written.exitCode(), written.err());
        assertTrue(written.out().startsWith("the "), written.out());
        // One context is 16 characters: this has gone past it three times. A line end closes the text.
        assertEquals(54 + System.lineSeparator().length(), written.out().length());
    }

    @Test
    void llamaHasTheShapeThatIsAskedFor() {
        Result trained = session.train(
                "--arch=llama", "--head=tied", "--kv-heads=1", "--mlp=20", "--rope-base=100", "--iters=1", "--out=run");
        assertTrue(trained.out().contains("2 heads on 1 head of keys and values"), trained.out());
        long vocabulary = Session.text().chars().distinct().count() + 2;
        // Embedding, queries and output, keys and values, MLP, three gains.
        assertEquals(vocabulary * 16 + 2 * 16 * 16 + 2 * 8 * 16 + 3 * 20 * 16 + 3 * 16, parameters(trained));
        assertEquals(0, session.run("generate", "--model=run", "--tokens=40").exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "qwen3", "randygpt"})
    void untiedHeadIsAMatrixOfItsOwn(String architecture) {
        String arch = "--arch=" + architecture;
        long tied = parameters(session.train(arch, "--iters=1", "--out=tied", "--head=tied"));
        long untied = parameters(session.train(arch, "--iters=1", "--out=untied", "--head=untied"));
        long vocabulary = Session.text().chars().distinct().count() + 2;
        assertEquals(vocabulary * 16, untied - tied);
    }

    @Test
    void newestRunIsTheDefault() throws IOException {
        assertEquals(2, session.run("generate").exitCode());
        assertEquals(0, session.train("--iters", "2").exitCode());
        assertEquals(0, session.run("generate", "--tokens", "5").exitCode());
        assertTrue(session.contents().stream().anyMatch(path -> path.matches("runs/\\d{8}-\\d{6}")));
    }

    @Test
    void newestRunIsTheOneWhoseWeightsAreNewest() throws IOException {
        Files.createDirectories(folder.resolve("runs"));
        session.train("--iters", "2", "--out", "runs/first");
        session.train("--iters", "2", "--out", "runs/second");
        for (String run : List.of("first", "second")) {
            try (Stream<Path> files = Files.walk(folder.resolve("runs").resolve(run))) {
                for (Path file : files.toList()) {
                    Files.setLastModifiedTime(file, FileTime.fromMillis(run.equals("first") ? 1000 : 2000));
                }
            }
        }
        RunFolders runs = new RunFolders(folder);
        assertEquals(folder.resolve("runs/second"), runs.newest());
        Files.setLastModifiedTime(folder.resolve("runs/first/model.safetensors"), FileTime.fromMillis(3000));
        assertEquals(folder.resolve("runs/first"), runs.newest());
        Files.setLastModifiedTime(folder.resolve("runs/second/latest"), FileTime.fromMillis(4000));
        assertEquals(folder.resolve("runs/second"), runs.newest());
    }

    @Test
    void namesOfARunAreModels() {
        session.train("--iters=6", "--eval-every=3", "--out=run");
        for (String name : List.of("latest", "best", "step-000006")) {
            assertEquals(
                    0,
                    session.run("generate", "--model=run/" + name, "--tokens=5").exitCode());
        }
    }

    @Test
    void seedDecidesTheText() {
        session.train("--iters", "3", "--out", "run");
        List<String> command = List.of("generate", "--model", "run", "--tokens", "60", "--seed");
        assertEquals(generated(command, "7"), generated(command, "7"));
        assertNotEquals(generated(command, "7"), generated(command, "8"));
        List<String> greedy = List.of("generate", "--model", "run", "--temperature", "0", "--seed");
        assertEquals(generated(greedy, "7"), generated(greedy, "8"));
    }

    @Test
    void numberOfThreadsDoesNotChangeTheModel() throws IOException {
        session.train("--iters", "5", "--out", "one");
        session.train("--iters", "5", "--out", "three", "--threads", "3");
        assertEquals(
                Sha256.of(Files.readAllBytes(folder.resolve("one/model.safetensors"))),
                Sha256.of(Files.readAllBytes(folder.resolve("three/model.safetensors"))));
    }

    @Test
    void promptComesFromStandardInput() {
        session.train("--iters", "2", "--out", "run");
        Result written = session.withInput("lazy dog").run("generate", "--model", "run", "--prompt", "-", "--tokens=0");
        assertEquals("lazy dog" + System.lineSeparator(), written.out());
    }

    @Test
    void emptyPromptBeginsAText() {
        session.train("--iters", "40", "--out", "run");
        Result written = session.run(
                "generate", "--model", "run", "--prompt", "", "--tokens", "4", "--temperature", "0", "--stats");
        assertEquals(0, written.exitCode(), written.err());
        assertTrue(written.err().startsWith("4 tokens in "), written.err());
        assertEquals(4 + System.lineSeparator().length(), written.out().length());
    }

    @Test
    void charactersOutsideTheBasicPlaneStayWhole() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "🙂🙃é".repeat(100), StandardCharsets.UTF_8);
        session.train("--iters", "40", "--out", "run");
        Result written = session.run("generate", "--model=run", "--prompt=🙂", "--tokens=40", "--temperature=0");
        assertTrue(written.out().strip().codePoints().allMatch(c -> "🙂🙃é".indexOf(c) >= 0), written.out());
        assertEquals(41, written.out().strip().codePoints().count());
    }

    @Test
    void aModelIsTrainedOnWithItsShapeAndItsWords() throws IOException {
        Result first = session.train("--iters", "60", "--out", "run");
        Result tuned = session.train("--init=run", "--iters=2", "--lr=1e-4", "--layers=1", "--out=tuned");
        assertEquals(0, tuned.exitCode(), tuned.err());
        assertTrue(loss(tuned, "initial loss") < loss(first, "final loss") + 0.5, tuned.out());
        Result other = session.train("--init=run", "--layers=2", "--head=tied", "--out=other");
        assertEquals(2, other.exitCode());
        assertTrue(
                other.err()
                        .contains("--layers is 2 here and 1 in the model; --head is tied here and untied in the model"),
                other.err());
        Files.writeString(folder.resolve("text.txt"), Session.text() + "\u20AC");
        Result unknown = session.train("--init=run", "--out=other");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("\u20AC"), unknown.err());
        Files.writeString(folder.resolve("text.txt"), Session.text() + "0123456789ABBA");
        Result many = session.train("--init=run", "--out=other");
        assertEquals(2, many.exitCode());
        assertTrue(many.err().contains("; 12 different characters are not: '0' (U+0030), "), many.err());
        assertTrue(many.err().contains("'9' (U+0039) and 2 more; take them out of the text"), many.err());
        assertFalse(many.err().contains("'A'"), many.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    gpt2  | --recipe=modern   | by --optimizer muon --schedule wsd --average 0.98
                    qwen3 | --recipe=gpt2     | by --optimizer adamw --schedule cosine --average 0
                    llama | --recipe=randygpt | --recipe is randygpt, whose blocks are those of randygpt
                    llama | --arch=qwen3      | --arch is qwen3 here and llama in the model
                    gpt2  | --context=8       | --context is 8 here and 16 in the model
                    """)
    void aModelKeepsItsArchitectureWhateverIsAskedFor(String architecture, String option, String sentence) {
        session.train("--arch=" + architecture, "--iters=1", "--out=run");
        Result refused = session.run("train", "--init=run", "--data=text.txt", option, "--out=other");
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains(sentence), refused.err());
        Result tuned = session.train("--init=run", "--arch=" + architecture, "--iters=1", "--out=tuned");
        assertEquals(0, tuned.exitCode(), tuned.err());
    }

    @Test
    void textWithoutLinesNeedsNoPrompt() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "abc".repeat(100));
        assertEquals(
                0,
                session.train("--iters", "2", "--out", "run", "--sample-tokens", "5")
                        .exitCode());
        assertEquals(0, session.run("generate", "--model", "run").exitCode());
    }

    @Test
    void profileNamesEveryKindOfOperation() {
        String out = session.train("--arch=gpt2", "--iters", "8", "--out", "run", "--profile")
                .out();
        for (String kind : List.of(
                "Embedding", "LayerNorm", "Affine", "CausalAttention", "Add", "Activate", "Linear", "CrossEntropy")) {
            assertTrue(out.contains(kind), out);
        }
        assertTrue(out.contains("waiting for batches"), out);
        assertTrue(out.contains("optimizer and the rest"), out);
        assertTrue(out.contains("GFLOP/s"), out);
    }

    @Test
    void byteOrderMarkIsNotPartOfTheText() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "\uFEFF" + Session.text());
        assertTrue(session.train("--iters", "1", "--out", "run").out().contains("vocabulary of 30"));
    }

    @Test
    void fetchedTextIsKept() {
        String[] command = {
            "train", "--data=shakespeare", "--context=1", "--iters=1", "--sample-tokens=0", "--threads=1"
        };
        Result first = session.fetching(source -> "abc".getBytes(StandardCharsets.UTF_8))
                .run(command);
        assertEquals(0, first.exitCode(), first.err());
        Result second = session.fetching(source -> {
                    throw new IOException("fetched twice");
                })
                .run(command);
        assertEquals(0, second.exitCode(), second.err());
    }

    private String generated(List<String> command, String seed) {
        String[] arguments = new String[command.size() + 1];
        command.toArray(arguments);
        arguments[command.size()] = seed;
        return session.run(arguments).out();
    }

    private static long parameters(Result result) {
        var matcher = Pattern.compile("tied head: ([0-9,]+) parameters").matcher(result.out());
        assertTrue(matcher.find(), result.out());
        return Long.parseLong(matcher.group(1).replace(",", ""));
    }

    private static double loss(Result result, String label) {
        var matcher = Pattern.compile(label + " +([0-9.]+)").matcher(result.out());
        assertTrue(matcher.find(), result.out());
        return Double.parseDouble(matcher.group(1));
    }
}
