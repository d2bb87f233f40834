package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jline.terminal.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.core.checkpoint.TokenizerFolder;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/** Texts from files of every kind. */
class DataTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    /** The text of {@link Session} in other clothes gives the same model. */
    @Test
    void theSameTextGivesTheSameModelHoweverItIsStored() throws IOException {
        String text = Session.text();
        Files.write(folder.resolve("text.gz"), gzip(text.getBytes(StandardCharsets.UTF_8)));
        Files.writeString(folder.resolve("mark.txt"), "\uFEFF" + text);
        Files.write(folder.resolve("utf16.txt"), text.getBytes(StandardCharsets.UTF_16));
        Files.writeString(folder.resolve("dos.txt"), text.replace("\n", "\r\n"));
        Files.writeString(
                folder.resolve("one.jsonl"), "{\"id\": 7, \"text\": \"" + text.replace("\n", "\\n") + "\"}\n");
        Files.createDirectories(folder.resolve("in/side"));
        Files.writeString(folder.resolve("in/side/text.md"), text);
        String expected = model("plain", "--data=text.txt");
        assertEquals(expected, model("gzip", "--data=text.gz"));
        assertEquals(expected, model("mark", "--data=mark.txt"));
        assertEquals(expected, model("utf16", "--data=utf16.txt", "--encoding=UTF-16"));
        assertEquals(expected, model("dos", "--data=dos.txt", "--newlines=lf"));
        assertEquals(expected, model("record", "--data=one.jsonl"));
        assertEquals(expected, model("folder", "--data=in"));
        assertEquals(expected, model("pattern", "--data=i?/**/*.md"));
        assertEquals(expected, model("cached", "--data=text.txt", "--cache=kept"));
        assertEquals(expected, model("from-cache", "--data=text.txt", "--cache=kept"));
        session.withInput(text);
        assertEquals(expected, model("input", "--data=-"));
        assertNotEquals(expected, model("kept-returns", "--data=dos.txt"));
    }

    private String model(String name, String... arguments) throws IOException {
        Result result = session.train(Stream.concat(Stream.of("--iters=3", "--out=" + name), Stream.of(arguments))
                .toArray(String[]::new));
        assertEquals(0, result.exitCode(), result.err());
        return Sha256.of(Files.readAllBytes(folder.resolve(name).resolve("model.safetensors")));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(compressed)) {
            stream.write(bytes);
        }
        return compressed.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens.bin", "about.json", "SHA256SUMS"})
    void aCacheThatIsNoLongerWholeIsMadeAgainAndSaysSo(String damaged) throws IOException {
        String expected = model("first", "--data=text.txt", "--cache=kept");
        Path entry = onlyEntry();
        byte[] content = Files.readAllBytes(entry.resolve(damaged));
        content[content.length / 2] ^= 1;
        Files.write(entry.resolve(damaged), content);
        Result again = session.train("--iters=3", "--out=second", "--cache=kept");
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(again.out().contains("the tokens are made again"), again.out());
        assertEquals(expected, Sha256.of(Files.readAllBytes(folder.resolve("second/model.safetensors"))));
        Files.write(entry.resolve(damaged), new byte[0]);
        assertTrue(
                session.train("--iters=1", "--out=third", "--cache=kept").out().contains("are made again"));
        Result whole = session.train("--iters=1", "--out=fourth", "--cache=kept");
        assertFalse(whole.out().contains("tokens are"), whole.out());
    }

    @Test
    void anotherTextOrTokenizerOrSettingHasAnotherEntry() throws IOException {
        var _ = model("first", "--data=text.txt", "--cache=kept");
        var _ = model("second", "--data=text.txt", "--cache=kept", "--tokenizer=bpe:300");
        var _ = model("third", "--data=text.txt", "--cache=kept", "--newlines=lf");
        Files.writeString(folder.resolve("text.txt"), Session.text().replace("quick", "quack"));
        var _ = model("fourth", "--data=text.txt", "--cache=kept");
        assertEquals(4, entries().size());
    }

    private Path onlyEntry() throws IOException {
        List<Path> entries = entries();
        assertEquals(1, entries.size());
        return entries.getFirst();
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> paths = Files.list(folder.resolve("kept"))) {
            return paths.filter(Files::isDirectory).toList();
        }
    }

    @Test
    void aCacheThatIsCutOffWhileItIsTrainedOnIsNamed() throws IOException {
        var _ = model("first", "--data=text.txt", "--cache=kept");
        Path tokens = onlyEntry().resolve("tokens.bin");
        Result cut = session.writingTo(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        // As soon as training says something, its text is gone.
                        Files.write(tokens, new byte[0]);
                    }
                })
                .train("--iters=200", "--out=second", "--cache=kept");
        assertEquals(1, cut.exitCode(), cut.out() + cut.err());
        assertEquals(1, cut.err().lines().count(), cut.err());
        assertTrue(cut.err().contains(tokens + " became shorter while it was read"), cut.err());
        Result again = new Session(folder).train("--iters=1", "--out=third", "--cache=kept");
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(again.out().contains("the tokens are made again"), again.out());
    }

    @Test
    void aRunOverWeightedDocumentsGoesOnAsIfItHadNeverStopped() throws IOException {
        Files.writeString(
                folder.resolve("many.txt"), Session.text().substring(0, 900).replace("\n", "\n<|endoftext|>\n"));
        String[] data = {
            "--data",
            "text.txt:0.7",
            "many.txt:0.3",
            "--respect-documents",
            "--windows=random",
            "--tokenizer=bpe:300",
            "--batch=4",
            "--micro-batch=2"
        };
        Result whole = session.train(with(data, "--iters=6", "--out=whole"));
        assertEquals(0, whole.exitCode(), whole.err());
        Result stopped = session.stoppedAfter(2).train(with(data, "--iters=6", "--out=run"));
        assertEquals(130, stopped.exitCode(), stopped.err());
        Result resumed = new Session(folder).run("train", "--resume=run", "--sample-tokens=0", "--threads=2");
        assertEquals(0, resumed.exitCode(), resumed.err());
        for (String file : List.of("model.safetensors", "optimizer.safetensors", "trainer_state.json")) {
            assertEquals(
                    Sha256.of(Files.readAllBytes(
                            folder.resolve("whole/step-000006").resolve(file))),
                    Sha256.of(
                            Files.readAllBytes(folder.resolve("run/step-000006").resolve(file))),
                    file);
        }
        Files.writeString(folder.resolve("many.txt"), "something else\n".repeat(90));
        Result other = session.run("train", "--resume=run", "--iters=9");
        assertTrue(other.err().contains("the SHA-256 of"), other.err());
    }

    @Test
    void aRunWhoseTextHasMovedGoesOnWithItWhereItIsNow() throws IOException {
        Result stopped = session.stoppedAfter(2).train("--data=text.txt", "--iters=4", "--out=run");
        assertEquals(130, stopped.exitCode(), stopped.err());
        Files.createDirectories(folder.resolve("new"));
        Files.move(folder.resolve("text.txt"), folder.resolve("new/place.txt"));
        Session later = session.stoppedAfter(Integer.MAX_VALUE);
        Result lost = later.run("train", "--resume=run", "--sample-tokens=0");
        assertEquals(2, lost.exitCode());
        assertTrue(lost.err().contains("text.txt: there is no such file or folder"), lost.err());
        assertTrue(lost.err().contains("if it has moved, say with --data where it is now"), lost.err());
        Result found = later.run("train", "--resume=run", "--data=new/place.txt", "--sample-tokens=0");
        assertEquals(0, found.exitCode(), found.err());
    }

    @Test
    void otherWeightsAreNotTakenForAnotherText() throws IOException {
        Files.writeString(folder.resolve("other.txt"), "another text of some words\n".repeat(90));
        String[] data = {"--data", "text.txt:0.7", "other.txt:0.3"};
        assertEquals(
                130,
                session.stoppedAfter(2)
                        .train(with(data, "--iters=4", "--out=run"))
                        .exitCode());
        Session later = session.stoppedAfter(Integer.MAX_VALUE);
        Result weights = later.run("train", "--resume=run", "--data", "text.txt:0.5", "other.txt:0.5");
        assertEquals(2, weights.exitCode());
        assertTrue(
                weights.err().contains("the weights of --data are 0.5 and 0.5 here and 0.7 and 0.3 in the run"),
                weights.err());
        assertFalse(weights.err().contains("SHA-256"), weights.err());
        Result none = later.run("train", "--resume=run", "--data", "text.txt", "other.txt");
        assertTrue(none.err().contains("are not given here and 0.7 and 0.3 in the run"), none.err());
        assertFalse(none.err().contains("SHA-256"), none.err());
        Result same =
                later.run("train", "--resume=run", "--data", "text.txt:7e-1", "other.txt:.3", "--sample-tokens=0");
        assertEquals(0, same.exitCode(), same.err());
    }

    private static String[] with(String[] first, String... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void whatIsOddAboutATextIsSaidAndDoesNoHarm() throws IOException {
        Files.writeString(folder.resolve("text.txt"), Session.text() + "\0\0\u0007 <|endoftext|> in a line");
        Result result = session.train("--iters=1", "--out=run");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.out()
                        .contains("2 NUL characters; 1 other control character; 1 <|endoftext|> within a line,"
                                + " which is text there"),
                result.out());
        Files.write(folder.resolve("latin1.txt"), "Grüße ".repeat(100).getBytes(StandardCharsets.ISO_8859_1));
        Result replaced = session.train("--data=latin1.txt", "--on-invalid=replace", "--iters=1", "--out=other");
        assertTrue(replaced.out().contains("200 places with invalid bytes, replaced by U+FFFD"), replaced.out());
    }

    @Test
    void standardInputThatLooksLikeRecordsIsSaidToBeReadAsText() {
        String records = "{\"text\": \"the quick brown fox\"}\n".repeat(90);
        Result read = session.withInput(records).run("data", "inspect", "-");
        assertEquals(0, read.exitCode(), read.err());
        assertTrue(read.err().contains("standard input is read as plain text, and looks like records"), read.err());
        assertTrue(read.out().contains("Documents   1, "), read.out());
        assertEquals(
                "", session.withInput("{a text}\n").run("data", "inspect", "-").err());
    }

    @Test
    void aTextOfUtf16ThatIsValidUtf8IsSaidToLookLikeIt() throws IOException {
        Files.write(folder.resolve("wide.txt"), Session.text().getBytes(StandardCharsets.UTF_16LE));
        Result read = session.run("data", "inspect", "wide.txt");
        assertTrue(read.out().contains("3,000 NUL characters; so many NUL"), read.out());
        assertTrue(read.out().contains("try --encoding UTF-16LE or UTF-16BE"), read.out());
        Result right = session.run("data", "inspect", "wide.txt", "--encoding=UTF-16LE");
        assertTrue(right.out().contains("nothing odd"), right.out());
    }

    @Test
    void tokensOfOthersAreTrainedOnWithTheirTokenizer() throws IOException {
        var _ = session.run("tokenizer", "train", "--data=text.txt", "--vocab=300", "--out=tokens");
        String[] ids = session.run("tokenizer", "encode", "--tokenizer=tokens", "--data=text.txt")
                .out()
                .strip()
                .split(" ", -1);
        byte[] shard = new byte[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            shard[2 * i] = (byte) Integer.parseInt(ids[i]);
            shard[2 * i + 1] = (byte) (Integer.parseInt(ids[i]) >> 8);
        }
        Files.write(folder.resolve("shard.bin"), shard);
        assertEquals(
                model("text", "--data=text.txt", "--tokenizer=tokens"),
                model("shard", "--data=shard.bin", "--tokenizer=tokens"));
        shard[1] = 100;
        Files.write(folder.resolve("shard.bin"), shard);
        Result beyond = session.train("--data=shard.bin", "--tokenizer=tokens", "--out=beyond");
        assertEquals(2, beyond.exitCode());
        assertTrue(beyond.err().contains("shard.bin") && beyond.err().contains("300"), beyond.err());
    }

    @Test
    void inspectionCountsWhatIsThere() throws IOException {
        Files.writeString(folder.resolve("text.txt"), "ab\nab\n<|endoftext|>\nab\nab\n<|endoftext|>\ncé\n\0".repeat(4));
        Result result = session.run("data", "inspect", "text.txt");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("1 file, "), result.out());
        // The end of one repetition and the beginning of the next are one document.
        assertTrue(result.out().contains("Documents   9, "), result.out());
        assertTrue(result.out().contains("4 NUL characters"), result.out());
        assertTrue(result.out().contains("6 of them different"), result.out());
        assertTrue(result.out().contains("a vocabulary of 8"), result.out());
        assertTrue(result.out().contains("unigram"), result.out());
    }

    /** 16-bit tokens. */
    private void writeShard(String name, int... tokens) throws IOException {
        ByteBuffer shard = ByteBuffer.allocate(2 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int token : tokens) {
            shard.putShort((short) token);
        }
        Files.write(folder.resolve(name), shard.array());
    }

    private JsonObject inspected(String... arguments) throws IOException {
        Result result = session.run(with(new String[] {"data", "inspect", "--json"}, arguments));
        assertEquals(0, result.exitCode(), result.err());
        return JsonObject.parse("out", result.out().getBytes(StandardCharsets.UTF_8), 0);
    }

    @Test
    void inspectionOfTokensTellsWhatIsToldOfTheirText() throws IOException {
        String[] documents = {"the fox\njumps\n", "Grüße 🙂", "the fox\njumps\n", "over the lazy dog"};
        // All bytes, of which each makes a token that may be a part of a character.
        Path ranks = Files.write(folder.resolve("ranks"), Session.ranks());
        TokenizerFolder.save(
                folder.resolve("tokens"),
                TokenizerFolder.loadRanks(ranks, PreTokenization.GPT2, List.of(SpecialTokens.END_OF_TEXT)));
        IntStream.Builder ids = IntStream.builder();
        for (String document : documents) {
            for (byte unit : document.getBytes(StandardCharsets.UTF_8)) {
                ids.add(unit & 0xFF);
            }
            ids.add(258);
        }
        writeShard("shard.bin", ids.build().toArray());
        Files.writeString(
                folder.resolve("same.jsonl"),
                Stream.of(documents)
                        .map(document -> "{\"text\": \"%s\"}\n".formatted(document.replace("\n", "\\n")))
                        .collect(Collectors.joining()));
        JsonObject ofTokens = inspected("shard.bin", "--tokenizer=tokens", "--picture=lengths.svg");
        JsonObject ofText = inspected("same.jsonl", "--tokenizer=tokens");
        assertTrue(Files.size(folder.resolve("lengths.svg")) > 0);
        for (String key : List.of("bytes", "characters", "different_characters")) {
            assertEquals(ofText.integer(key), ofTokens.integer(key), key);
        }
        for (String key : List.of("count", "copies", "longest_bytes")) {
            assertEquals(
                    ofText.object("documents").integer(key),
                    ofTokens.object("documents").integer(key),
                    key);
            assertEquals(
                    ofText.object("lines").integer(key),
                    ofTokens.object("lines").integer(key),
                    key);
        }
        assertEquals(4, ofTokens.object("documents").integer("count"));
        assertEquals(1, ofTokens.object("documents").integer("copies"));
        assertEquals(1, ofTokens.object("tokens").number("bytes_per_token"));
        assertTrue(ofTokens.has("floors"));
        Result shown = session.run("data", "inspect", "shard.bin", "--tokenizer=tokens");
        assertTrue(shown.out().contains("Documents   4, the longest of 17 bytes; 1 like one before"), shown.out());
        assertTrue(shown.out().contains("Bytes of documents:"), shown.out());
    }

    @Test
    void tokensThatNobodyKnowsAreCounted() throws IOException {
        writeShard("shard.bin", 5, 6, 5, 50_000);
        Result shown = session.run("data", "inspect", "shard.bin");
        assertEquals(0, shown.exitCode(), shown.err());
        assertTrue(shown.out().contains("Tokens      4, 3 of them different, the highest 50,000"), shown.out());
        assertTrue(shown.out().contains("give the --tokenizer"), shown.out());
        assertEquals(3, inspected("shard.bin").object("tokens").integer("different"));
        Result undrawn = session.run("data", "inspect", "shard.bin", "--picture=a.svg");
        assertEquals(2, undrawn.exitCode());
        assertTrue(undrawn.err().contains("give it, such as gpt2"), undrawn.err());
    }

    @Test
    void aTextOfOneCharacterIsInspectedWithoutFloors() throws IOException {
        Files.writeString(folder.resolve("one.txt"), "a");
        Result shown = session.run("data", "inspect", "one.txt");
        assertEquals(0, shown.exitCode(), shown.err());
        assertTrue(shown.out().contains("one.txt: 1 file, 1 byte as stored"), shown.out());
        assertTrue(shown.out().contains("Floors      none: the text is too short"), shown.out());
        assertFalse(shown.out().contains("1 bytes"), shown.out());
    }

    @Test
    void inspectionKeepsTokensWhereItIsTold() throws IOException {
        Result first = session.run("data", "inspect", "text.txt", "--cache=kept");
        assertEquals(0, first.exitCode(), first.err());
        // Before the table, not in it.
        assertTrue(first.out().lines().findFirst().orElseThrow().contains("tokens are kept in"), first.out());
        assertEquals(1, entries().size());
        Result evaluated = session.train("--iters=1", "--out=run");
        assertEquals(0, evaluated.exitCode(), evaluated.err());
        assertEquals(
                0, session.run("eval", "run", "--data=text.txt", "--cache=kept").exitCode());
        assertEquals(1, entries().size());
    }

    @Test
    void aLongReadingShowsHowFarItIs() {
        long[] now = {0};
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Screen screen = new Screen("xterm", () -> Size.of(60, 24));
        ReadingBar bar = new ReadingBar(new Output(shown), screen, () -> now[0]);
        var progress = bar.titled("Checking");
        progress.read(1, 4);
        assertEquals("", shown.toString(StandardCharsets.UTF_8));
        now[0] = 2_000_000_000;
        progress.read(3 << 20, 4 << 20);
        String text = shown.toString(StandardCharsets.UTF_8);
        List<String> seen = Seen.on(60, 24, text);
        assertEquals(1, seen.size());
        assertTrue(seen.getFirst().startsWith("[##################      ] Checking the text: 75 % of 4 MB"), text);
        bar.erase();
        assertEquals(List.of(), Seen.on(60, 24, shown.toString(StandardCharsets.UTF_8)));
    }
}
