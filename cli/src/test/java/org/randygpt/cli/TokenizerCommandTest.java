package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.Sha256;

class TokenizerCommandTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "cl100k"})
    void whatIsEncodedIsDecoded(String pattern) throws IOException {
        Result trained = session.run(
                "tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens", "--pattern", pattern);
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(trained.out().startsWith("3,000 bytes are "), trained.out());
        assertTrue(trained.out().contains(" of a vocabulary of 300, which is in "), trained.out());
        String text = "the quick brown 狐 <|endoftext|>\r\n  jumps\n";

        Result ids = session.withInput(text).run("tokenizer", "encode", "--tokenizer=tokens");
        assertEquals(0, ids.exitCode(), ids.err());
        assertTrue(ids.out().split(" ").length < text.length() - 10, ids.out());
        assertFalse(ids.out().contains("299"), ids.out());
        assertEquals(
                text,
                new Session(folder)
                        .withInput(ids.out())
                        .run("tokenizer", "decode", "--tokenizer=tokens")
                        .out());
    }

    @Test
    void specialTokensAreMadeOfTextWhereAskedFor() {
        session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens");
        String line = System.lineSeparator();

        assertEquals(
                "64 299 65" + line,
                session.withInput("a<|endoftext|>b")
                        .run("tokenizer", "encode", "--tokenizer=tokens", "--special")
                        .out());
    }

    @Test
    void anyBytesOfStandardInputAreDecodedAgain() {
        session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens");
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Result ids = session.withInput(bytes).run("tokenizer", "encode", "--tokenizer=tokens");
        assertEquals(0, ids.exitCode(), ids.err());
        Result decoded = session.withInput(ids.out()).run("tokenizer", "decode", "--tokenizer=tokens");
        assertArrayEquals(bytes, decoded.bytes());
    }

    @Test
    void whatTrainReadsIsEncodedAsItTrainsOnIt() throws IOException {
        session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens");
        Files.writeString(folder.resolve("one.jsonl"), "{\"text\": \"the fox\"}\n{\"text\": \"a dog\"}\n");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(folder.resolve("two.txt.gz")))) {
            gzip.write("over".getBytes(StandardCharsets.UTF_8));
        }
        String ids = encoded("--data=one.jsonl", "two.txt.gz");
        assertEquals(encodedInput("the fox") + " 299 " + encodedInput("a dog") + " 299 " + encodedInput("over"), ids);
        assertEquals(
                "{\"ids\":[" + ids.replace(" ", ",") + "],\"count\":" + ids.split(" ").length + "}",
                encoded("--data=one.jsonl", "two.txt.gz", "--json"));
        assertEquals("", encodedInput(""));
        assertEquals(
                "{\"ids\":[],\"count\":0}",
                session.withInput("")
                        .run("tokenizer", "encode", "--tokenizer=tokens", "--json")
                        .out()
                        .strip());
    }

    @Test
    void charactersAreReadAsTextIs() {
        session.train("--iters=1", "--out=run");
        String ids = session.withInput("the fox")
                .run("tokenizer", "encode", "--tokenizer=run")
                .out();
        assertEquals(
                "the fox",
                session.withInput(ids)
                        .run("tokenizer", "decode", "--tokenizer=run")
                        .out());
        Result unknown = session.withInput("the\nf\u00f6x").run("tokenizer", "encode", "--tokenizer=run");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("standard input, line 2, column 2: "), unknown.err());
        Result special = session.withInput("x").run("tokenizer", "encode", "--tokenizer=run", "--special");
        assertTrue(special.err().contains("are characters"), special.err());
    }

    @Test
    void anIdThatIsNoTokensIsNamedWithItsPlace() {
        session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens");
        Result refused =
                session.withInput("65 ".repeat(70_000) + "300 66").run("tokenizer", "decode", "--tokenizer=tokens");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("300, id 70,001 counted from 1, is not a token's"), refused.err());
    }

    @Test
    void programsGetObjects() throws IOException {
        JsonObject trained =
                object(session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens", "--json"));
        assertEquals(300, trained.integer("vocab_size"));
        assertEquals(3000, trained.integer("bytes"));
        JsonObject decoded =
                object(session.withInput("65 66 200").run("tokenizer", "decode", "--tokenizer=tokens", "--json"));
        assertEquals(3, decoded.integer("count"));
        assertEquals(3, decoded.integer("bytes"));
    }

    private static JsonObject object(Result result) throws IOException {
        assertEquals(0, result.exitCode(), result.err());
        return JsonObject.parse("standard output", result.bytes(), 0);
    }

    private String encodedInput(String text) {
        return session.withInput(text)
                .run("tokenizer", "encode", "--tokenizer=tokens")
                .out()
                .strip();
    }

    private String encoded(String... more) {
        List<String> words = new ArrayList<>(List.of("tokenizer", "encode", "--tokenizer=tokens"));
        words.addAll(List.of(more));
        Result result = session.run(words.toArray(String[]::new));
        assertEquals(0, result.exitCode(), result.err());
        return result.out().strip();
    }

    @ParameterizedTest
    @CsvSource({
        "train --data=text.txt --vocab=256 --out=t, a vocabulary of 256 is too small for 256 bytes and 1 special token; it needs at least 257",
        "train --data=none.txt --out=t, there is no such file",
        "train --data=text.txt --out=have, holds another tokenizer",
        "train --data=text.txt, --out",
        "train --data=text.txt --out=text.txt, 'text.txt is a file, and a tokenizer is a folder'",
        "train --data=text.txt:2 --out=t, leave them out",
        "train --data=text.txt:2 --data=x.tiktoken:1 --out=t, leave them out",
        "encode --tokenizer=have --data=text.txt:2, leave them out",
        "train --data=text.txt --vocab=300 --out=t --special=a --special=<|x|>, a is a token of the text",
        "train --data=tokens.bin --vocab=300 --out=t, 'tokens.bin holds tokens, and a vocabulary is learnt from text'",
        "train --data=text.txt --vocab=300 --out=half, half holds another tokenizer",
        "encode --tokenizer=half2, has neither tokenizer.json nor both of vocab.json and merges.txt",
        "encode --tokenizer=have --data=none.txt, there is no such file",
        "encode --tokenizer=have --data=text.txt --special, --special is for standard input",
        "decode --tokenizer=have --json, '\"words\" is not the id of a token'",
        "encode --tokenizer=none, is not a folder; a tokenizer is a folder with tokenizer.json",
        "encode --tokenizer=x.tiktoken, how",
        "decode --tokenizer=have, '\"words\" is not the id of a token'",
        "'', use train",
    })
    void whatCannotBeIsRefused(String arguments, String message) throws IOException {
        session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=have");
        Files.writeString(folder.resolve("x.tiktoken"), "");
        Files.write(folder.resolve("tokens.bin"), new byte[40]);
        Files.createDirectory(folder.resolve("half"));
        Files.writeString(folder.resolve("half/tokenizer_config.json"), "{}");
        Files.createDirectory(folder.resolve("half2"));
        Files.writeString(folder.resolve("half2/vocab.json"), "{}");
        var before = session.contents();

        Result refused = session.withInput("5 words")
                .run(("tokenizer " + arguments).trim().split(" "));
        assertEquals(2, refused.exitCode(), refused.err());
        assertTrue(refused.err().contains(message), refused.err());
        assertEquals(before, session.contents());
    }

    @Test
    void aModelOfBytePairsTrainsResumesAndWrites() throws IOException {
        Files.writeString(folder.resolve("foxes.txt"), "Füchse 狐 über Zäune; ".repeat(300));
        Result trained = session.stoppedAfter(20)
                .train("--data=foxes.txt", "--tokenizer=bpe:290", "--iters=40", "--out=run", "--sample-tokens=30");
        assertEquals(130, trained.exitCode(), trained.err());
        assertTrue(trained.out().contains(" tokens to train on"), trained.out());
        Result resumed = new Session(folder).train("--data=foxes.txt", "--resume=run");
        assertEquals(0, resumed.exitCode(), resumed.err());
        Result written =
                new Session(folder).run("generate", "--model=run", "--prompt=狐 ü", "--tokens=60", "--temperature=0");
        assertEquals(0, written.exitCode(), written.err());
        assertTrue(written.out().startsWith("狐 ü"), written.out());

        // Its tokenizer is what others start from, and goes with it into fine-tuning.
        Files.writeString(folder.resolve("other.txt"), "Other words: Füchse, 漢字! ".repeat(60));
        assertEquals(
                0,
                new Session(folder)
                        .train("--data=other.txt", "--tokenizer=run", "--iters=2", "--out=other")
                        .exitCode());
        Result tuned = new Session(folder)
                .run(
                        "train",
                        "--data=other.txt",
                        "--init=run",
                        "--iters=2",
                        "--out=tuned",
                        "--batch=4",
                        "--sample-tokens=0");
        assertEquals(0, tuned.exitCode(), tuned.err());
        String tokenizer = Files.readString(folder.resolve("run/tokenizer.json"));
        assertEquals(tokenizer, Files.readString(folder.resolve("other/tokenizer.json")));
        assertEquals(tokenizer, Files.readString(folder.resolve("tuned/tokenizer.json")));
    }

    @Test
    void aRunOfBytePairsThatWasStoppedEndsAsOneThatWasNot() throws IOException {
        session.stoppedAfter(2).train("--tokenizer=bpe:300", "--iters=4", "--out=run");
        assertEquals(0, new Session(folder).train("--resume=run").exitCode());
        new Session(folder).train("--tokenizer=bpe:300", "--iters=4", "--out=whole");

        assertEquals(
                Sha256.of(Files.readAllBytes(folder.resolve("whole/step-000004/model.safetensors"))),
                Sha256.of(Files.readAllBytes(folder.resolve("run/step-000004/model.safetensors"))));
    }

    @Test
    void aTokenizerIsForANewModel() {
        session.train("--iters=1", "--out=run");
        for (String other : new String[] {"--init=run", "--resume=run"}) {
            Result refused = session.train("--tokenizer=char", other);
            assertEquals(2, refused.exitCode());
            assertTrue(refused.err().contains("--tokenizer is for a new model"), refused.err());
        }
        Result unknown = session.train("--tokenizer=bpe:4k");
        assertTrue(unknown.err().contains("--tokenizer bpe:4k is neither char nor"), unknown.err());
        Result small = session.train("--tokenizer=bpe:100", "--out=small");
        assertEquals(2, small.exitCode());
        assertTrue(small.err().contains("--tokenizer bpe:100: a vocabulary of 100 is too small"), small.err());
    }

    @Test
    void aTextWithNothingInItTeachesNothingAndLeavesNothing() throws IOException {
        Files.writeString(folder.resolve("empty.txt"), "");
        Result result = session.run("tokenizer", "train", "--data=empty.txt", "--vocab=300", "--out=none");
        assertEquals(2, result.exitCode(), result.out());
        assertTrue(result.err().contains("empty.txt is empty; there is nothing to learn from"), result.err());
        assertFalse(Files.exists(folder.resolve("none")));
    }
}
