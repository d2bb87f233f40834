package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.RunOverview;
import org.randygpt.train.RunState;

class EvalCommandTest {
    @TempDir
    private static Path folder;

    private static Session session;

    /** Models "run" of characters and "tokens" of byte pairs; nothing else writes to their folders. */
    @BeforeAll
    static void train() throws IOException {
        session = new Session(folder);
        assertEquals(0, session.train("--iters=60", "--out=run").exitCode());
        assertEquals(
                0,
                session.train("--iters=60", "--tokenizer=bpe:280", "--out=tokens")
                        .exitCode());
        assertEquals(0, session.train("--iters=1", "--out=young").exitCode());
        Files.writeString(folder.resolve("choice.jsonl"), """
                        {"ctx": "the quick", "endings": ["brown fox", "zzzzz"], "label": 0, "ind": 5}
                        {"ctx": "over the lazy", "endings": ["qqqqqq", "dog"], "label": 1}
                        """);
        Files.writeString(folder.resolve("words.jsonl"), "{\"text\": \"the quick brown fox\"}\n");
        Files.writeString(folder.resolve("bad.jsonl"), """
                        {"text": "the fox"}
                        {"ctx": "the"}
                        """);
        Files.writeString(folder.resolve("capital.jsonl"), "{\"text\": \"the Fox\"}\n");
        Files.writeString(folder.resolve("capital.txt"), "the quick\nbrown Fox");
        Files.writeString(folder.resolve("empty.txt"), "");
    }

    @Test
    void everythingIsShown() {
        Result shown = session.run(
                "eval",
                "--model=run",
                "--data=text.txt",
                "--task=choice.jsonl",
                "--task=words.jsonl",
                "--generate=200",
                "--train-data=text.txt");
        assertEquals(0, shown.exitCode(), shown.err());
        assertEquals("", shown.err());
        for (String expected : List.of(
                "text.txt: 3,000 tokens, 3,000 bytes, 3,000 characters, 1 document",
                "slides by 8 of 16 tokens: each is scored once, with at least 9 before it",
                "nats per token",
                "per byte of UTF-8",
                "5-gram",
                "xz -9",
                "9 to 16",
                "choice.jsonl: 2 questions",
                "acc_norm",
                "words.jsonl: 1 question",
                "but for the first 8 of the text",
                "distinct-3",
                "longest copy",
                "have counted 3,000 of ",
                "That is the text itself",
                "run: 9 to 16 tokens before it ")) {
            assertTrue(shown.out().contains(expected), expected + " in " + shown.out());
        }
        assertFalse(shown.out().contains("\u001b"), shown.out());
        // One question says nothing about the next.
        String words = shown.out()
                .substring(shown.out().indexOf("words.jsonl"), shown.out().indexOf("distinct-1"));
        assertFalse(words.contains("±"), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "run/latest", "run/best"})
    void withoutATextARunIsMeasuredOnWhatItHasHeldOut(String place) throws IOException {
        JsonObject json = json(place, "--stride=16");
        assertEquals("held out", json.object("text").text("part"));
        assertTrue(json.object("text").text("name").endsWith("text.txt"));
        assertEquals(300, model(json).integer("bytes"));
        RunState state = RunOverview.read(folder.resolve("run")).state();
        assertEquals(state.progress().best().loss(), model(json).number("loss"), 1e-4);
        Result shown = session.run("eval", place, "--train-data=text.txt", "--html=held.html");
        assertEquals(0, shown.exitCode(), shown.err());
        String said = "the held-out part of " + folder.resolve("text.txt") + ": 300 tokens, 300 bytes";
        assertTrue(shown.out().contains(said), shown.out());
        assertTrue(shown.out().contains("The held-out part is in it"), shown.out());
        assertTrue(Files.readString(folder.resolve("held.html")).contains(said));
        assertEquals("whole", json(place, "--data=text.txt").object("text").text("part"));
    }

    @Test
    void documentsThatARunHasHeldOutAreMeasuredOn() throws IOException {
        StringBuilder records = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            records.append("{\"text\": \"%s\"}%n"
                    .formatted(Session.text().substring(50 * i, 50 * i + 50).replace("\n", "\\n")));
        }
        Files.writeString(folder.resolve("many.jsonl"), records);
        for (String seed : List.of("1", "2")) {
            assertEquals(
                    0,
                    session.train("--data=many.jsonl", "--iters=2", "--seed=" + seed, "--out=many" + seed)
                            .exitCode());
        }
        JsonObject model = model(json("many1"));
        assertEquals(4, model.integer("documents"));
        assertEquals(200, model.integer("bytes"));
        Result refused = session.run("eval", "many1", "many2");
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("many1 and many2 have not held out the same part of "), refused.err());
        assertTrue(refused.err().contains("--data"), refused.err());
    }

    @Test
    void twoRunsOnOneTextAreComparedOnWhatBothHaveHeldOut() throws IOException {
        JsonObject json = json("young", "run");
        assertEquals("held out", json.object("text").text("part"));
        assertTrue(json.object("comparison").number("bits_per_byte_difference") < 0);
        Result refused = session.run("eval", "run", "tokens");
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("run and tokens have not held out the same part of "), refused.err());
    }

    @Test
    void whereNobodyKnowsWhatIsHeldOutATextIsAskedFor() throws IOException {
        Path plain = Files.createDirectories(folder.resolve("plain"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(folder.resolve("run").resolve(file), plain.resolve(file));
        }
        Files.writeString(folder.resolve("moving.txt"), Session.text().replace("quick", "slow"));
        assertEquals(
                0,
                session.train("--data=moving.txt", "--iters=2", "--out=moved").exitCode());
        assertAsksForAText("plain is a model without its run", "plain");
        assertAsksForAText("run was trained on %s and moved on ".formatted(folder.resolve("text.txt")), "run", "moved");
        Files.writeString(folder.resolve("moving.txt"), Session.text());
        assertAsksForAText("the text of the run in moved has changed", "moved");
        Files.delete(folder.resolve("moving.txt"));
        assertAsksForAText("the text of the run in moved cannot be read", "moved");
        session.withInput(Session.text());
        assertEquals(0, session.train("--data=-", "--iters=2", "--out=piped").exitCode());
        assertAsksForAText("the text of the run in piped came from standard input", "piped");
    }

    private static void assertAsksForAText(String reason, String... models) {
        List<String> line = new ArrayList<>(List.of("eval"));
        line.addAll(List.of(models));
        Result refused = session.run(line.toArray(String[]::new));
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains(reason), refused.err());
        assertTrue(refused.err().strip().endsWith("with --data"), refused.err());
        assertEquals(1, refused.err().lines().count(), refused.err());
    }

    @Test
    void aShortTextIsInOneWindowAndWhatIsTheSameIsSaidOnce() throws IOException {
        Files.writeString(folder.resolve("one.txt"), "a");
        Result one = session.run("eval", "run", "young", "--data=one.txt");
        assertEquals(0, one.exitCode(), one.err());
        assertTrue(one.out().contains("1 token, 1 byte, 1 character, 1 document"), one.out());
        List<String> windows =
                one.out().lines().filter(line -> line.startsWith("Window")).toList();
        assertEquals(
                List.of(
                        "Window       one of 16 tokens holds the text: each token is scored once, with all that is before it"),
                windows);
    }

    @Test
    void figuresAreConsistentAndThoseOfTraining() throws IOException {
        JsonObject model = model(json("--model=run", "--data=text.txt"));
        assertEquals(Math.exp(model.number("loss")), model.number("perplexity"), 1e-9);
        assertEquals(model.number("loss") / Math.log(2), model.number("bits_per_byte"), 1e-9);
        assertEquals(model.number("bits_per_byte"), model.number("bits_per_character"), 1e-9);
        assertEquals(16, model.size("loss_by_position"));
        assertEquals(15, model.objects("calibration_bins").size());
        long predictions = 0;
        for (JsonObject bin : model.objects("calibration_bins")) {
            predictions += bin.longInteger("count");
        }
        assertEquals(3000, predictions);
        JsonObject tables = model.object("tables");
        assertTrue(
                tables.number("5-gram") < tables.number("unigram"),
                tables.keys().toString());
        // A text that repeats: a trained model knows more than the table of letters.
        assertTrue(model.number("loss") < tables.number("unigram"));
        assertTrue(model.number("top5_accuracy") > model.number("top1_accuracy"));
    }

    @Test
    void disjointWindowsOfTheHeldOutPartHaveTheLossOfTheLastValidation() throws IOException {
        Result trained = session.train("--iters=40", "--out=held", "--save-every=40", "--keep=1");
        Matcher best = Pattern.compile("best validation\\s+([\\d.]+)").matcher(trained.out());
        assertTrue(best.find(), trained.out());
        // The last tenth of the text, which follows a token of the training part instead of the beginning of a text.
        Files.writeString(folder.resolve("end.txt"), Session.text().substring(2700));
        double loss =
                model(json("--model=held", "--data=end.txt", "--stride=16")).number("loss");
        assertEquals(Double.parseDouble(best.group(1)), loss, 0.02 * loss);
    }

    @Test
    void threadsAndRepetitionMakeNoDifference() {
        List<String> all = new ArrayList<>();
        for (String threads : List.of("1", "3", "1")) {
            Result shown = session.run(
                    "eval",
                    "run",
                    "tokens",
                    "--data=text.txt",
                    "--train-data=text.txt",
                    "--task=choice.jsonl",
                    "--generate=50",
                    "--json",
                    "--threads=" + threads);
            assertEquals(0, shown.exitCode(), shown.err());
            all.add(shown.out());
        }
        assertEquals(all.get(0), all.get(1));
        assertEquals(all.get(0), all.get(2));
    }

    @Test
    void modelAgainstItselfDiffersByChance() throws IOException {
        JsonObject compared = json("run", "run", "--data=text.txt").object("comparison");
        assertEquals(0, compared.number("bits_per_byte_difference"));
        assertEquals(0, compared.number("low"));
        assertEquals(0, compared.number("high"));
        assertTrue(compared.truth("may_be_chance"));
        Result shown = session.run("eval", "run", "run", "--data=text.txt");
        assertTrue(
                shown.out().contains("run and run differ by +0.0000 bits per byte, which may be chance"), shown.out());
    }

    @Test
    void modelsOfOtherTokensAreComparedByTheByte() throws IOException {
        JsonObject json = json("run", "tokens", "--data=text.txt");
        JsonObject first = json.objects("models").getFirst();
        JsonObject second = json.objects("models").getLast();
        assertTrue(second.longInteger("tokens") < first.longInteger("tokens"));
        assertEquals(first.longInteger("bytes"), second.longInteger("bytes"));
        assertEquals(
                second.number("bits_per_byte") - first.number("bits_per_byte"),
                json.object("comparison").number("bits_per_byte_difference"),
                1e-12);
    }

    @Test
    void manyDocumentsAreWhatIsDrawn() throws IOException {
        StringBuilder records = new StringBuilder();
        StringBuilder files = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            String text = Session.text().substring(20 * i, 20 * i + 20 + i % 5).strip();
            records.append("{\"text\": \"%s\"}%n".formatted(text.replace("\n", "\\n")));
            files.append(text);
        }
        Files.writeString(folder.resolve("records.jsonl"), records);
        JsonObject json = json("run", "tokens", "--data=records.jsonl");
        assertEquals(120, json.object("comparison").integer("segments"));
        for (JsonObject model : json.objects("models")) {
            assertEquals(120, model.integer("documents"));
            // What stands around documents is no text.
            assertEquals(files.length(), model.integer("bytes"));
        }
        assertEquals(files.length(), json.objects("models").getFirst().integer("tokens"));
        Result shown = session.run("eval", "run", "tokens", "--data=records.jsonl");
        assertTrue(shown.out().contains("1,000 resamples of 120 documents"), shown.out());
    }

    @Test
    void damagedSaveIsNotMeasured() throws IOException {
        assertEquals(0, session.train("--iters=2", "--out=damaged").exitCode());
        Path weights = folder.resolve("damaged/step-000002/model.safetensors");
        byte[] content = Files.readAllBytes(weights);
        content[content.length - 1] ^= 1;
        Files.write(weights, content);
        Result refused = session.run("eval", "damaged/step-000002", "--data=text.txt");
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("model.safetensors"), refused.err());
    }

    @Test
    void trainedModelIsBetterThanAYoungOne() {
        Result shown = session.run("eval", "young", "run", "--data=text.txt");
        assertOrdered(shown.out());
        assertOrdered(session.run("eval", "run", "young", "--data=text.txt").out());
    }

    /** Whichever comes first: the better one is so much better, and that lies in the interval. */
    private static void assertOrdered(String out) {
        Matcher said = Pattern.compile(
                        "run is better than young by ([\\d.]+) bits per byte \\(95 % interval ([\\d.]+) to ([\\d.]+), by ")
                .matcher(out);
        assertTrue(said.find(), out);
        assertTrue(Double.parseDouble(said.group(2)) <= Double.parseDouble(said.group(1)), out);
        assertTrue(Double.parseDouble(said.group(1)) <= Double.parseDouble(said.group(3)), out);
    }

    @Test
    void jsonIsAllThatStandardOutputHas() throws IOException {
        Result shown = session.run("eval", "run", "--task=words.jsonl", "--json");
        assertEquals(0, shown.exitCode(), shown.err());
        JsonObject json = JsonObject.parse("out", shown.out().getBytes(StandardCharsets.UTF_8), 0);
        assertFalse(json.has("text"));
        assertEquals(
                1, json.objects("models").getFirst().objects("tasks").getFirst().integer("questions"));
    }

    @Test
    void pageHasPicturesAndNeedsNothingElse() throws IOException {
        Result shown = session.run("eval", "run", "tokens", "--data=text.txt", "--html=report.html");
        assertEquals(0, shown.exitCode(), shown.err());
        String page = Files.readString(folder.resolve("report.html"));
        assertFalse(page.contains("http"), page);
        Matcher picture =
                Pattern.compile("data:image/svg\\+xml;base64,([^\"]+)\"").matcher(page);
        int pictures = 0;
        while (picture.find()) {
            String svg = new String(Base64.getDecoder().decode(picture.group(1)), StandardCharsets.UTF_8);
            assertTrue(svg.contains("<svg") && svg.strip().endsWith("</svg>"), svg);
            pictures++;
        }
        assertEquals(2, pictures);
        for (String cell : List.of("perplexity", "calibration", "xz -9", "Compared")) {
            assertTrue(page.contains(cell), cell);
        }
    }

    @Test
    void newestModelIsTheDefault() throws IOException {
        // It knows capital letters, which the texts here have none of.
        Result trained = session.run(
                "train",
                "--tokenizer=bpe:300",
                "--layers=1",
                "--width=16",
                "--heads=2",
                "--context=16",
                "--iters=1",
                "--sample-tokens=0");
        assertEquals(0, trained.exitCode(), trained.err());
        Result shown = session.run("eval", "--generate=20");
        assertEquals(0, shown.exitCode(), shown.err());
        assertTrue(shown.out().contains("distinct-1"), shown.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    run --data text.txt --stride 0                | --stride is 0; it must be 1 to the context of run, 16
                    run --data text.txt --stride 17               | --stride is 17; it must be 1 to the context of run, 16
                    run run run --data text.txt                   | 3 models are given; one is measured, or two are compared
                    absent --data text.txt                        | absent is not a folder; a model is a folder with
                    run --data absent.txt                         | absent.txt: there is no such file
                    run --data empty.txt                          | empty.txt is empty
                    run --data capital.txt                        | capital.txt, line 2, column 7: the character 'F'
                    run --data text.txt:1 capital.txt:2           | --data: weights say how often a text is trained on
                    run --task absent.jsonl                       | absent.jsonl
                    run --task bad.jsonl                          | bad.jsonl, line 2: there is neither endings
                    run --task capital.jsonl                      | capital.jsonl, line 1: the character 'F'
                    run --task empty.txt                          | empty.txt has no questions
                    run --generate -1                             | --generate is -1; it must be 0 to 1000000
                    run --generate 5 --temperature -1             | --temperature is -1.0; it must be at least 0
                    run --data text.txt --html absent/r.html      | --html absent/r.html: there is no folder
                    run --data text.txt --html .                  | --html . is a folder; name a file
                    run --data text.txt --html /proc/r.html       | --html /proc/r.html cannot be written: /proc: no
                    run --data text.txt --threads 0               | --threads is 0
                    run --data text.txt --train-data absent.txt   | absent.txt: there is no such file
            """)
    void badInputIsASentence(String arguments, String message) {
        List<String> line = new ArrayList<>(List.of("eval"));
        line.addAll(List.of(arguments.split(" ", -1)));
        Result result = session.run(line.toArray(String[]::new));
        assertEquals(2, result.exitCode(), result.out());
        assertTrue(result.err().contains(message), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    private static JsonObject json(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("eval", "--json"));
        line.addAll(List.of(arguments));
        Result result = session.run(line.toArray(String[]::new));
        assertEquals(0, result.exitCode(), result.err());
        return JsonObject.parse("out", result.out().getBytes(StandardCharsets.UTF_8), 0);
    }

    private static JsonObject model(JsonObject report) throws IOException {
        return report.objects("models").getFirst();
    }
}
