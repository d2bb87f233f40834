package org.randygpt.core.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.text.BpeVocabulary.Lookup;
import org.randygpt.core.text.BpeVocabulary.Merge;

class BpeTokenizerTest {
    private static final int LONG = 3_000_000;

    @Test
    void mergesGoByRankAndFromTheLeft() {
        // 256: ab, 257: aba, 258: bb, 259: abab
        BpeTokenizer tokenizer = tokenizer(
                List.of("ab", "aba", "bb", "abab"),
                List.of(
                        new Merge('b', 'b', 0),
                        new Merge('a', 'b', 1),
                        new Merge(256, 'a', 2),
                        new Merge(256, 256, 3)));

        assertArrayEquals(new int[] {'a', 258}, tokenizer.encode("abb"));
        assertArrayEquals(new int[] {258, 'b'}, tokenizer.encode("bbb"));
        // The lower rank goes first, although the higher one would leave fewer tokens.
        assertArrayEquals(new int[] {257, 'c'}, tokenizer.encode("abac"));
        assertArrayEquals(new int[] {259, 256}, tokenizer.encode("ababab"));
    }

    @Test
    void aPieceThatIsATokenIsThatTokenIfTheVocabularySaysSo() {
        List<byte[]> tokens = tokens(List.of("ab", "bc", "abc"));
        List<Merge> merges = List.of(new Merge('b', 'c', 0), new Merge('a', 'b', 1), new Merge(256, 'c', 2));

        assertArrayEquals(
                new int[] {'a', 257},
                tokenizer(new BpeVocabulary(tokens, merges, Lookup.MERGES_ONLY)).encode("abc"));
        assertArrayEquals(
                new int[] {258},
                tokenizer(new BpeVocabulary(tokens, merges, Lookup.WHOLE_PIECES))
                        .encode("abc"));
    }

    @ParameterizedTest
    @EnumSource
    void decodingGivesEveryBytesBack(PreTokenization pieces) {
        BpeTokenizer tokenizer = trained(pieces);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i % 2 == 0
                    ? RandomText.bytes(random, random.nextInt(100))
                    : RandomText.of(random, random.nextInt(300)).getBytes(StandardCharsets.UTF_8);

            assertArrayEquals(bytes, tokenizer.decodeBytes(tokenizer.encode(bytes)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shortAndLongPiecesAreMergedAsByTheDefinition(PreTokenization pieces) {
        BpeTokenizer tokenizer = trained(pieces);
        Random random = new Random(2);
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int letters = random.nextInt(400); letters >= 0; letters--) {
                text.append("etaoinshr".charAt((int) (9 * random.nextDouble() * random.nextDouble())));
            }

            assertArrayEquals(byDefinition(tokenizer, text.toString()), tokenizer.encode(text.toString()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyNumberOfThreadsGivesTheSameTokens(PreTokenization pieces) {
        BpeTokenizer tokenizer = trained(pieces);
        String text = RandomText.of(new Random(3), 1_000_000);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = tokenizer.encode(text);

        assertArrayEquals(tokens, tokenizer.encode(bytes, 1));
        assertArrayEquals(tokens, tokenizer.encode(bytes, 3));
        assertEquals(text, tokenizer.decode(tokens));
    }

    @ParameterizedTest
    @EnumSource
    void aStreamHasTheTokensOfAllItsBytes(PreTokenization pieces) throws IOException {
        SpecialTokens special = SpecialTokens.from(5000, List.of("<|endoftext|>", "<|a name|>"));
        BpeTokenizer tokenizer = new BpeTokenizer(trained(pieces).vocabulary(), special, pieces);
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = (RandomText.of(random, random.nextInt(40)) + "<|a name|>\n<|endoftext|> the "
                            + RandomText.of(random, random.nextInt(40)))
                    .repeat(1 + random.nextInt(3))
                    .getBytes(StandardCharsets.UTF_8);
            int usual = 1 + random.nextInt(60);
            assertArrayEquals(tokenizer.encode(bytes), inParts(bytes, usual, false, tokenizer::encode));
            assertArrayEquals(
                    tokenizer.encodeWithSpecial(bytes), inParts(bytes, usual, true, tokenizer::encodeWithSpecial));
        }
        byte[] many = RandomText.of(random, 9_000_000).getBytes(StandardCharsets.UTF_8);
        List<int[]> parts = new ArrayList<>();
        tokenizer.encode(new ByteArrayInputStream(many), false, 2, parts::add);
        assertTrue(parts.size() > 1);
        assertArrayEquals(tokenizer.encode(many), flat(parts));
    }

    private static int[] inParts(byte[] text, int usual, boolean lines, Function<byte[], int[]> encode)
            throws IOException {
        ByteFlow flow = new ByteFlow(new ByteArrayInputStream(text), usual, lines);
        List<int[]> tokens = new ArrayList<>();
        for (byte[] part = flow.next(); part.length > 0; part = flow.next()) {
            tokens.add(encode.apply(part));
        }
        return flat(tokens);
    }

    private static int[] flat(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    /** Which a regular expression has no stack for, and a plain search for the next merge no time. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "e", " ", "\n", " \n", "7", "!", "'", "\u3000", "漢", "thethethe", "\t "})
    void megabytesOfTheSameAreEncoded(String repeated) {
        String text = repeated.repeat(LONG / repeated.length()) + "x";
        for (PreTokenization pieces : PreTokenization.values()) {
            BpeTokenizer tokenizer = trained(pieces);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

            assertArrayEquals(bytes, tokenizer.decodeBytes(tokenizer.encode(bytes, 2)));
        }
    }

    @Test
    void specialTokensComeFromTextOnlyWhereAskedFor() {
        BpeTokenizer tokenizer = new BpeTokenizer(
                trained(PreTokenization.GPT2).vocabulary(),
                SpecialTokens.from(5000, List.of("<|endoftext|>", "<|end", "<|pad|>")),
                PreTokenization.GPT2);
        String text = "the <|endoftext|><|end of<|pad|>";

        assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
        assertTrue(Arrays.stream(tokenizer.encode(text)).allMatch(id -> id < 5000));
        assertEquals("the  of", tokenizer.decode(tokenizer.encodeWithSpecial(text.getBytes(StandardCharsets.UTF_8))));
        assertArrayEquals(
                new int[] {5000, 5001, 5002},
                Arrays.stream(tokenizer.encodeWithSpecial(text.getBytes(StandardCharsets.UTF_8)))
                        .filter(id -> id >= 5000)
                        .toArray());
        assertEquals(5003, tokenizer.vocabSize());
        assertEquals(5000, tokenizer.bos());
        assertEquals(5000, tokenizer.eos());
    }

    @Test
    void whatIsNoTokenIsRefused() {
        BpeTokenizer tokenizer = trained(PreTokenization.GPT2);
        int size = tokenizer.vocabSize();

        assertEquals(
                "%d at position 1 is not a token; ids run from 0 to %d".formatted(size, size - 1),
                assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(5, size))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(-1));
        assertEquals(
                "U+D800 at position 2 is half of a surrogate pair, and no character",
                assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("ab\uD800"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("\uDC00\uD800"));
    }

    @Test
    void aVocabularyThatCannotBeIsRefused() {
        List<byte[]> bytes = tokens(List.of());

        assertEquals(
                "the byte 0xFF is no token; all 256 bytes must be",
                refusal(bytes.subList(0, 255), List.of()).getMessage());
        assertEquals(
                "the tokens 97 and 256 have the same bytes; each needs its own",
                refusal(tokens(List.of("a")), List.of()).getMessage());
        assertEquals(
                "what the tokens 97 and 98 become together is no token",
                refusal(bytes, List.of(new Merge('a', 'b', 0))).getMessage());
        assertEquals(
                "a merge names 256, which is no token with bytes",
                refusal(bytes, List.of(new Merge('a', 256, 0))).getMessage());
        assertEquals(
                "the special token <s> has the id 97, which is another token's",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new BpeTokenizer(
                                        new BpeVocabulary(bytes, List.of(), Lookup.MERGES_ONLY),
                                        SpecialTokens.from(97, List.of("<s>")),
                                        PreTokenization.GPT2))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> SpecialTokens.from(256, List.of()));
        assertThrows(IllegalArgumentException.class, () -> SpecialTokens.from(256, Collections.nCopies(2, "<s>")));
    }

    @Test
    void charactersInPartsWaitForTheirRest() {
        BpeTokenizer tokenizer = tokenizer(List.of(), List.of());
        String text = "aé漢😀b";
        TextStream stream = new TextStream(tokenizer);
        StringBuilder written = new StringBuilder();
        for (int token : tokenizer.encode(text)) {
            String more = stream.append(token);
            assertTrue(more.isEmpty() || more.codePointCount(0, more.length()) == 1);
            written.append(more);
        }

        assertEquals(text, written.toString());
        assertEquals("", stream.end());
        assertEquals("", stream.append(0xE6, 0xBC));
        assertEquals("\uFFFDa", stream.append('a'));
        assertEquals("", stream.append(0xF0));
        assertEquals("\uFFFD", stream.end());
        assertEquals("b", stream.append('b'));
    }

    private static IllegalArgumentException refusal(List<byte[]> tokens, List<Merge> merges) {
        return assertThrows(
                IllegalArgumentException.class, () -> new BpeVocabulary(tokens, merges, Lookup.MERGES_ONLY));
    }

    /** Merges the pair of lowest rank, of all, again and again. */
    private static int[] byDefinition(BpeTokenizer tokenizer, String letters) {
        BpeVocabulary vocabulary = tokenizer.vocabulary();
        List<Integer> tokens = new ArrayList<>();
        for (byte letter : letters.getBytes(StandardCharsets.UTF_8)) {
            tokens.add(id(vocabulary, new byte[] {letter}));
        }
        // Merges are in the order of their ranks: when no pair of one is left, no later one makes a new pair of it.
        for (Merge merge : vocabulary.merges()) {
            for (int i = 0; i + 1 < tokens.size(); i++) {
                if (tokens.get(i) == merge.left() && tokens.get(i + 1) == merge.right()) {
                    tokens.set(i, id(vocabulary, vocabulary.joined(merge)));
                    tokens.remove(/* index */ i + 1);
                }
            }
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int id(BpeVocabulary vocabulary, byte[] token) {
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            if (Arrays.equals(vocabulary.tokens().get(id), token)) {
                return id;
            }
        }
        throw new AssertionError(Arrays.toString(token));
    }

    /** With a hundred merges or so of what RandomText and English letters have. */
    private static BpeTokenizer trained(PreTokenization pieces) {
        BpeTrainer trainer = new BpeTrainer(pieces, 1);
        trainer.add(("there is nothing either good or bad but thinking makes it so; the rest is in the rain, "
                        + "another one, instead of those in the street\n\n\n    aaaaaaaaaaaaaaaaaaaaaa 漢漢漢漢 \t \t \n \n ")
                .repeat(3)
                .getBytes(StandardCharsets.UTF_8));
        return trainer.train(400, List.of(SpecialTokens.END_OF_TEXT));
    }

    private static BpeTokenizer tokenizer(List<String> merged, List<Merge> merges) {
        return tokenizer(new BpeVocabulary(tokens(merged), merges, Lookup.MERGES_ONLY));
    }

    private static BpeTokenizer tokenizer(BpeVocabulary vocabulary) {
        return new BpeTokenizer(
                vocabulary,
                SpecialTokens.from(vocabulary.tokens().size(), List.of(SpecialTokens.END_OF_TEXT)),
                PreTokenization.GPT2);
    }

    /** Each byte by its value, and then some more. */
    private static List<byte[]> tokens(List<String> more) {
        List<byte[]> tokens = new ArrayList<>();
        for (int value = 0; value < BpeVocabulary.BYTES; value++) {
            tokens.add(new byte[] {(byte) value});
        }
        more.forEach(token -> tokens.add(token.getBytes(StandardCharsets.UTF_8)));
        return tokens;
    }
}
