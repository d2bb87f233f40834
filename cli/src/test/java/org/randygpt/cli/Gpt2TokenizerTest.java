package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.Sha256;

class Gpt2TokenizerTest {
    private static final String LINE = System.lineSeparator();
    private static final String[] ENCODE = {"tokenizer", "encode", "--special", "--tokenizer=gpt2"};

    @TempDir
    private Path folder;

    private final List<String> fetched = new ArrayList<>();

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @Test
    void theVocabularyIsFetchedOnceAndKept() throws IOException {
        for (int time = 0; time < 2; time++) {
            Result ids = online().withInput("the th<|endoftext|>").run(ENCODE);
            assertEquals("257 32 256 258" + LINE, ids.out(), ids.err());
        }
        assertEquals(
                "the th",
                session.withInput("257 32 256")
                        .run("tokenizer", "decode", "--tokenizer=gpt2")
                        .out());
        assertEquals(List.of("https://example.org/ranks"), fetched);
    }

    @Test
    void whatIsKeptButDamagedIsFetchedAgain() throws IOException {
        online().run(ENCODE);
        Files.writeString(folder.resolve("cache/ranks.tiktoken"), "dGhl 0\n");
        assertEquals("257" + LINE, online().withInput("the").run(ENCODE).out());
        assertEquals(2, fetched.size());
    }

    @Test
    void withoutANetworkItSaysWhatItTriedAndWhatToDo() throws IOException {
        List<String> before = session.contents();
        String file = folder.resolve("cache/ranks.tiktoken").toString();
        for (Result refused : List.of(session.run(ENCODE), session.train("--tokenizer=gpt2", "--out=run"))) {
            assertEquals(2, refused.exitCode());
            String sentence =
                    "--tokenizer: cannot fetch https://example.org/ranks: no network; put that file at %s, or give a folder with tokenizer.json"
                            .formatted(file);
            assertTrue(refused.err().contains(sentence), refused.err());
        }
        assertEquals(before, session.contents());

        // As it says.
        Files.createDirectories(folder.resolve("cache"));
        Files.write(Path.of(file), Session.ranks());
        assertEquals("257" + LINE, session.withInput("the").run(ENCODE).out());
    }

    @Test
    void anotherFileIsNotUsedAndNotKept() throws IOException {
        List<String> before = session.contents();
        Result refused = session.fetching(source -> "dGhl 0\n".getBytes(StandardCharsets.UTF_8))
                .run(ENCODE);
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("what came from https://example.org/ranks has the SHA-256 "), refused.err());
        assertTrue(refused.err().contains(Sha256.of(Session.ranks()) + " and is not used; put that"), refused.err());
        assertEquals(before, session.contents());
    }

    @Test
    void aFolderOfThatNameIsMeantWhenItsPathSaysSo() throws IOException {
        session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=gpt2");
        assertEquals(
                "258" + LINE, online().withInput("<|endoftext|>").run(ENCODE).out());
        assertEquals(
                "299" + LINE,
                session.withInput("<|endoftext|>")
                        .run("tokenizer", "encode", "--special", "--tokenizer=./gpt2")
                        .out());
    }

    @Test
    void aModelTrainsOnItAndHoldsItAfterwards() throws IOException {
        Result trained = online().train("--tokenizer=gpt2", "--iters=1", "--out=run");
        assertEquals(0, trained.exitCode(), trained.err());
        Files.delete(folder.resolve("cache/ranks.tiktoken"));

        assertEquals(
                "257 258" + LINE,
                session.withInput("the<|endoftext|>")
                        .run("tokenizer", "encode", "--special", "--tokenizer=run")
                        .out());
        Result written = session.run("generate", "--model=run", "--prompt=the", "--tokens=5");
        assertEquals(0, written.exitCode(), written.err());
    }

    private Session online() throws IOException {
        return new Session(folder).fetching(source -> {
            fetched.add(source.toString());
            return Session.ranks();
        });
    }
}
