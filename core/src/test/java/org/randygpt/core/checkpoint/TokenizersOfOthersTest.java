package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.RandomText;
import org.randygpt.core.text.SpecialTokens;
import org.randygpt.core.text.Tokenizer;

/**
 * Hugging Face's library reads the files that we write and makes the same tokens of a text, and jtokkit of the same
 * ranks. {@code -Dtokenizers.texts=1000000} compares more texts than every build has time for.
 */
class TokenizersOfOthersTest {
    private static final int TEXTS = Integer.getInteger("tokenizers.texts", 20_000);

    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    @TempDir
    Path folder;

    @BeforeAll
    static void unpackTheNativeLibraryHere() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty(
                "DJL_CACHE_DIR", Path.of("target", "djl").toAbsolutePath().toString());
    }

    @ParameterizedTest
    @EnumSource
    void huggingFaceMakesTheSameTokensWithAVocabularyOfOurs(PreTokenization pieces) throws IOException {
        BpeTrainer trainer = new BpeTrainer(pieces, 2);
        trainer.add(sources());
        trainer.add(RandomText.of(new Random(1), 200_000).getBytes(StandardCharsets.UTF_8));
        BpeTokenizer tokenizer = trainer.train(3000, List.of(SpecialTokens.END_OF_TEXT, "<|pad|>"));

        assertHuggingFaceAgrees(tokenizer, TEXTS);
    }

    @ParameterizedTest
    @CsvSource({"r50k_base, GPT2, 50256", "cl100k_base, CL100K, 100256"})
    void huggingFaceMakesTheSameTokensWithTheRanksOfOpenAi(String name, PreTokenization pieces, int size)
            throws IOException {
        BpeTokenizer tokenizer = ranks(name, pieces);

        assertEquals(size + 1, tokenizer.vocabSize());
        assertHuggingFaceAgrees(tokenizer, TEXTS / 5);
    }

    @ParameterizedTest
    @CsvSource({
        "r50k_base, <|endoftext|>, 50256, 50257",
        "cl100k_base, <|endoftext|>, 100257, 100277",
        "cl100k_base, <|fim_suffix|>, 100260, 100277",
        "cl100k_base, <|endofprompt|>, 100276, 100277",
    })
    void specialTokensHaveTheIdsThatTiktokenGivesThem(String name, String special, int id, int size)
            throws IOException {
        ranks(name, PreTokenization.GPT2);
        RankedVocabulary known = RankedVocabulary.ofFile(name + ".tiktoken").orElseThrow();
        BpeTokenizer tokenizer = TokenizerFolder.loadRanks(folder.resolve(name + ".tiktoken"), known);
        assertEquals(size, tokenizer.vocabSize());
        String text = "a" + special + "b";
        int[] tokens = tokenizer.encodeWithSpecial(text.getBytes(StandardCharsets.UTF_8));
        assertEquals(3, tokens.length);
        assertEquals(id, tokens[1]);

        // In our file, too, for ours and for others.
        TokenizerFolder.save(folder, tokenizer);
        BpeTokenizer read = (BpeTokenizer) TokenizerFolder.load(folder);
        assertArrayEquals(tokens, read.encodeWithSpecial(text.getBytes(StandardCharsets.UTF_8)));
        try (HuggingFaceTokenizer other =
                HuggingFaceTokenizer.newInstance(folder, Map.of("truncation", "false", "padding", "false"))) {
            assertArrayEquals(other.encode(text, false, false).getIds(), longs(tokens));
        }
    }

    @Test
    void aKnownFileWithARankMissingIsRefused() throws IOException {
        ranks("r50k_base", PreTokenization.GPT2);
        Path file = folder.resolve("r50k_base.tiktoken");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(1000);
        Files.write(file, lines);
        String message = String.valueOf(
                assertThrows(IOException.class, () -> TokenizerFolder.loadRanks(file, RankedVocabulary.R50K))
                        .getMessage());
        assertTrue(
                message.endsWith(
                        "has 50,255 ranks, and that of r50k_base 50,256; it is damaged, or another file of this name"),
                message);
    }

    @Test
    void huggingFaceMakesTheSameTokensOfCharacters() throws IOException {
        String text = "aé漢😀\n b";
        TokenizerFolder.save(folder, CharTokenizer.of(text));
        try (HuggingFaceTokenizer other =
                HuggingFaceTokenizer.newInstance(folder, Map.of("truncation", "false", "padding", "false"))) {
            assertArrayEquals(
                    other.encode(text, false, false).getIds(),
                    longs(CharTokenizer.of(text).encode(text)));
        }
    }

    @ParameterizedTest
    @CsvSource({"R50K_BASE, GPT2", "CL100K_BASE, CL100K"})
    void jtokkitMakesTheSameTokensOfTheSameRanks(EncodingType type, PreTokenization pieces) throws IOException {
        com.knuddels.jtokkit.api.Encoding other = ENCODINGS.getEncoding(type);
        BpeTokenizer tokenizer = ranks(type.getName(), pieces);
        Random random = new Random(3);
        for (int i = 0; i < TEXTS; i++) {
            // It does not know that the long s is an s.
            String text = RandomText.of(random, random.nextInt(60)).replace('ſ', 's');

            assertArrayEquals(other.encodeOrdinary(text).toArray(), tokenizer.encode(text), text);
        }
        String text = new String(sources(), StandardCharsets.UTF_8);
        assertArrayEquals(
                other.encodeOrdinary(text).toArray(), tokenizer.encode(text.getBytes(StandardCharsets.UTF_8), 2));
    }

    @Test
    void gpt2sTwoFilesAreTheSameTokenizerAsItsRanks() throws IOException {
        BpeTokenizer ranks = ranks("r50k_base", PreTokenization.GPT2);
        TokenizerFolder.save(folder, ranks);
        JsonObject model = JsonObject.read(folder.resolve("tokenizer.json")).object("model");
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (String token : model.object("vocab").keys()) {
            ids.put(token, model.object("vocab").integer(token));
        }
        ids.put(SpecialTokens.END_OF_TEXT, 50256);
        JsonObject.write(folder.resolve("vocab.json"), ids);
        Files.writeString(
                folder.resolve("merges.txt"),
                "#version: 0.2\n"
                        + String.join(
                                "\n",
                                model.elements("merges").stream()
                                        .map(Object::toString)
                                        .toList()));
        Files.delete(folder.resolve("tokenizer.json"));
        Tokenizer tokenizer = TokenizerFolder.load(folder);
        Random random = new Random(4);

        assertEquals(50257, tokenizer.vocabSize());
        assertEquals(50256, tokenizer.bos());
        for (int i = 0; i < 10_000; i++) {
            String text = RandomText.of(random, 30);

            assertArrayEquals(ranks.encode(text), tokenizer.encode(text), text);
        }
    }

    private void assertHuggingFaceAgrees(BpeTokenizer tokenizer, int texts) throws IOException {
        TokenizerFolder.save(folder, tokenizer);
        Tokenizer read = TokenizerFolder.load(folder);
        Random random = new Random(2);
        try (HuggingFaceTokenizer other =
                HuggingFaceTokenizer.newInstance(folder, Map.of("truncation", "false", "padding", "false"))) {
            String whole = new String(sources(), StandardCharsets.UTF_8);
            assertArrayEquals(
                    other.encode(whole, false, false).getIds(),
                    longs(tokenizer.encode(whole.getBytes(StandardCharsets.UTF_8), 2)));
            for (int i = 0; i < texts; i++) {
                String text = RandomText.of(random, random.nextInt(60));
                Encoding expected = other.encode(text, false, false);

                assertArrayEquals(expected.getIds(), longs(tokenizer.encode(text)), text);
                assertArrayEquals(expected.getIds(), longs(read.encode(text)), text);
                assertEquals(text, other.decode(expected.getIds(), false));
            }
        }
    }

    private BpeTokenizer ranks(String name, PreTokenization pieces) throws IOException {
        Path file = folder.resolve(name + ".tiktoken");
        try (InputStream ranks = Objects.requireNonNull(
                Encodings.class.getResourceAsStream("/com/knuddels/jtokkit/" + name + ".tiktoken"))) {
            Files.copy(ranks, file);
        }
        return TokenizerFolder.loadRanks(file, pieces, List.of(SpecialTokens.END_OF_TEXT));
    }

    /** A text that is nobody's sample of tokens: the program that is tested. */
    private static byte[] sources() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src", "main"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                text.append(Files.readString(file));
            }
        }
        // Hugging Face's library would make the special token of its name, which ours never does.
        return text.toString().replace(SpecialTokens.END_OF_TEXT, "").getBytes(StandardCharsets.UTF_8);
    }

    private static long[] longs(int[] tokens) {
        long[] longs = new long[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            longs[i] = tokens[i];
        }
        return longs;
    }
}
