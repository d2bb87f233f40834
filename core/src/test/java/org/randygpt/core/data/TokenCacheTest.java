package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.Disk;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;
import org.randygpt.core.text.Tokenizer;

class TokenCacheTest {
    private static final List<String> WORDS = List.of("the", "quick", "bröwn", "🙂", "fox");
    private static final String MARKER = "<|endoftext|>\n";

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private static List<String> documents(long seed) {
        Random random = new Random(seed);
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            StringBuilder document = new StringBuilder();
            int words = 1 + random.nextInt(30);
            for (int word = 0; word < words; word++) {
                document.append(WORDS.get(random.nextInt(WORDS.size())));
                document.append(random.nextInt(5) == 0 ? "\n" : " ");
            }
            documents.add(document.append("end\n").toString());
        }
        return documents;
    }

    private static Tokenizer bytePairs(List<String> documents) {
        BpeTrainer trainer = new BpeTrainer(PreTokenization.GPT2, 1);
        trainer.add(String.join("", documents).getBytes(StandardCharsets.UTF_8));
        BpeTokenizer tokenizer = trainer.train(300, List.of(SpecialTokens.END_OF_TEXT));
        return tokenizer;
    }

    private static TokenEncoding encoding(String text, Tokenizer tokenizer, int threads, int blockSize) {
        DataFile file = DataFile.ofBytes("text", text.getBytes(StandardCharsets.UTF_8));
        return new TokenEncoding(
                new Corpus.Part(List.of(file), 1),
                TextSettings.USUAL,
                Integer.toString(text.hashCode()),
                tokenizer,
                threads,
                (read, of) -> {},
                new BlockSizes(blockSize, Math.max(64, blockSize), 1 << 20));
    }

    private TokenCache cache(long mostInMemory) {
        return TokenCache.usual(
                Disk.ofThisMachine(), folder.resolve("cache"), mostInMemory, folder.resolve("temporary"), notes::add);
    }

    /** In memory and in a file, of one thread and of three, of blocks of any size. */
    @ParameterizedTest
    @ValueSource(ints = {7, 64, 300, 1 << 20})
    void documentsAreEncodedByThemselvesAndSeparated(int blockSize) throws IOException {
        List<String> documents = documents(blockSize);
        String text = String.join(MARKER, documents);
        for (Tokenizer tokenizer : List.of(CharTokenizer.of(text), bytePairs(documents))) {
            IntStream.Builder expected = IntStream.builder().add(tokenizer.bos());
            for (int i = 0; i < documents.size(); i++) {
                if (i > 0) {
                    expected.add(tokenizer.eos());
                    if (tokenizer.bos() != tokenizer.eos()) {
                        expected.add(tokenizer.bos());
                    }
                }
                for (int token : tokenizer.encode(documents.get(i))) {
                    expected.add(token);
                }
            }
            int[] tokens = expected.build().toArray();
            TokenStore inMemory = cache(Long.MAX_VALUE).tokens(encoding(text, tokenizer, 1, blockSize));
            TokenStore kept = cache(0).tokens(encoding(text, tokenizer, 3, blockSize));
            for (TokenStore store : List.of(inMemory, kept)) {
                assertArrayEquals(tokens, all(store));
                assertEquals(documents.size(), store.documents());
            }
            assertEquals(inMemory.counts(), kept.counts());
            assertEquals(0, kept.heapBytes());
            assertEquals(2L * tokens.length, inMemory.heapBytes());
        }
        assertEquals(2, entries().size());
    }

    private static int[] all(TokenStore store) {
        int[] tokens = new int[Math.toIntExact(store.size())];
        store.read(0, tokens.length, tokens, 0);
        for (int i = 0; i < tokens.length; i++) {
            assertEquals(tokens[i], store.get(i));
        }
        return tokens;
    }

    @Test
    void tokensOfAVocabularyTooLargeForSixteenBitsHaveThirtyTwo() throws IOException {
        Tokenizer tokenizer = CharTokenizer.ofCharacters(
                IntStream.rangeClosed(0x10000, 0x20000).toArray());
        String text = Character.toString(0x20000) + Character.toString(0x10000);
        for (long most : new long[] {0, 100}) {
            TokenStore store = cache(most).tokens(encoding(text, tokenizer, 1, 100));
            assertArrayEquals(new int[] {tokenizer.bos(), 0x10000, 0}, all(store));
        }
    }

    @Test
    void whatHasTooManyTokensForMemoryIsKept() throws IOException {
        Tokenizer tokenizer = CharTokenizer.of("ab");
        // The token before the text is one of them.
        assertTrue(cache(6).tokens(encoding("ababa", tokenizer, 1, 100)).heapBytes() > 0);
        assertEquals(0, cache(6).tokens(encoding("ababab", tokenizer, 1, 100)).heapBytes());
        assertEquals(1, entries().size());
        assertTrue(notes.getLast().startsWith("7 tokens are kept in "), notes.toString());
    }

    @Test
    void anUnknownCharacterIsNamedWithItsPlaceAndNothingIsLeft() throws IOException {
        String text = "aba\nbab\n" + MARKER + "abab\nabcb\nd\n";
        IOException unknown =
                assertThrows(IOException.class, () -> cache(0).tokens(encoding(text, CharTokenizer.of("ab\n"), 2, 8)));
        assertEquals(
                "text, line 5, column 3: the character 'c' (U+0063) is not in the vocabulary of 3 characters; 2 different"
                        + " characters are not: 'c' (U+0063), 'd' (U+0064); take them out of the text, or use another"
                        + " tokenizer",
                unknown.getMessage());
        assertEquals(List.of(), entries());
    }

    @Test
    void severalWhoWantTheSameTokensGetThemFromOneEntry() throws Exception {
        String text = String.join(MARKER, documents(5));
        Tokenizer tokenizer = CharTokenizer.of(text);
        List<Thread> threads = new ArrayList<>();
        List<Integer> sizes = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    sizes.add((int)
                            cache(0).tokens(encoding(text, tokenizer, 2, 64)).size());
                } catch (IOException problem) {
                    throw new java.io.UncheckedIOException(problem);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(4, sizes.size());
        assertEquals(1, sizes.stream().distinct().count());
        assertEquals(1, entries().size());
        assertEquals(1, notes.size(), notes.toString());
    }

    private List<Path> entries() throws IOException {
        if (!Files.exists(folder.resolve("cache"))) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder.resolve("cache"))) {
            return paths.filter(Files::isDirectory).toList();
        }
    }

    @Test
    void copiesAreFoundWhereverBlocksAreCut() throws IOException {
        List<String> documents = new ArrayList<>(documents(1));
        documents.addAll(documents.subList(3, 8));
        byte[] text = String.join(MARKER, documents).getBytes(StandardCharsets.UTF_8);
        for (int blockSize : new int[] {5, 64, 1000, 1 << 20}) {
            DocumentReader reader = new DocumentReader(
                    List.of(DataFile.ofBytes("text", text)),
                    TextSettings.USUAL,
                    2,
                    (read, of) -> {},
                    new BlockSizes(blockSize, Math.max(64, blockSize), 1 << 20));
            TextStatistics statistics = TextStatistics.of(reader);
            assertEquals(45, statistics.documents().count());
            assertEquals(5, statistics.documents().copies());
            assertEquals(
                    documents.stream()
                            .mapToLong(document -> document.getBytes(StandardCharsets.UTF_8).length)
                            .max()
                            .orElseThrow(),
                    statistics.documents().longest());
            List<String> lines = documents.stream()
                    .flatMap(String::lines)
                    .filter(line -> !line.isEmpty())
                    .toList();
            assertEquals(lines.size(), statistics.lines().count());
            assertEquals(
                    lines.size() - lines.stream().distinct().count(),
                    statistics.lines().copies());
            assertEquals(
                    documents.stream()
                            .mapToLong(document -> document.codePointCount(0, document.length()))
                            .sum(),
                    statistics.characters().byCodePoint().values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
        }
    }
}
