package org.randygpt.core.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BpeTrainerTest {
    private static final List<String> SPECIAL = List.of(SpecialTokens.END_OF_TEXT);

    @Test
    void theMostFrequentPairIsMergedFirst() {
        BpeTokenizer tokenizer = train(PreTokenization.GPT2, 1, "hug pug hug hugs bun pun", 260);

        // ug four times, hug three, then pairs that occur twice, the one with the lower ids first.
        assertEquals(List.of("ug", "hug", "un"), merged(tokenizer));
        assertEquals(260, tokenizer.vocabSize());
        assertEquals(259, tokenizer.eos());
    }

    @Test
    void bytesAreInTheOrderOfGpt2() {
        BpeTokenizer tokenizer = train(PreTokenization.GPT2, 1, "", 257);

        assertArrayEquals(new int[] {0, 220, 198, 188}, tokenizer.encode("! \n\0"));
    }

    /** By the definition: counts all pairs anew for each merge. */
    @ParameterizedTest
    @EnumSource
    void countsThatFollowMergesAreThoseOfCountingAnew(PreTokenization pieces) {
        Random random = new Random(4);
        for (int i = 0; i < 20; i++) {
            StringBuilder text = new StringBuilder();
            for (int letters = 3000; letters > 0; letters--) {
                text.append("aab ab'\n1".charAt(random.nextInt(9)));
            }

            assertEquals(byDefinition(pieces, text.toString(), 60), merged(train(pieces, 1, text.toString(), 317)));
        }
    }

    @Test
    void theNumberOfThreadsDoesNotMatter() {
        String text = RandomText.of(new Random(5), 1_000_000);
        BpeVocabulary one = train(PreTokenization.CL100K, 1, text, 1000).vocabulary();
        BpeVocabulary three = train(PreTokenization.CL100K, 3, text, 1000).vocabulary();

        assertEquals(one.merges(), three.merges());
        assertEquals(1000 - 257, one.merges().size());
    }

    @Test
    void severalTextsCountTogether() {
        BpeTrainer trainer = new BpeTrainer(PreTokenization.GPT2, 1);
        for (String text : List.of("ab ab", "cd", "cd cd")) {
            trainer.add(text.getBytes(StandardCharsets.UTF_8));
        }

        assertEquals(List.of("cd", "ab", " cd", " ab").subList(0, 2), merged(trainer.train(259, SPECIAL)));
    }

    @Test
    void pairsThatOccurOnceAreNotMerged() {
        assertEquals(List.of("aa"), merged(train(PreTokenization.GPT2, 1, "aaa bc", 5000)));
    }

    /** One piece without an end: looking through it for each merge would take as many times as long. */
    @Test
    void aLongPieceIsLearntFrom() {
        StringBuilder genome = new StringBuilder();
        Random random = new Random(6);
        for (int i = 0; i < 1_000_000; i++) {
            genome.append("ACGT".charAt(random.nextInt(4)));
        }

        assertEquals(
                4096, train(PreTokenization.GPT2, 1, genome.toString(), 4096).vocabSize());
    }

    @Test
    void aVocabularyThatIsTooSmallIsRefused() {
        BpeTrainer trainer = new BpeTrainer(PreTokenization.GPT2, 1);

        assertEquals(
                "a vocabulary of 256 is too small for 256 bytes and 1 special token; it needs at least 257",
                assertThrows(IllegalArgumentException.class, () -> trainer.train(256, SPECIAL))
                        .getMessage());
    }

    private static BpeTokenizer train(PreTokenization pieces, int threads, String text, int vocabSize) {
        BpeTrainer trainer = new BpeTrainer(pieces, threads);
        trainer.add(text.getBytes(StandardCharsets.UTF_8));
        return trainer.train(vocabSize, SPECIAL);
    }

    private static List<String> merged(BpeTokenizer tokenizer) {
        List<byte[]> tokens = tokenizer.vocabulary().tokens();
        return tokens.subList(BpeVocabulary.BYTES, tokens.size()).stream()
                .map(token -> new String(token, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> byDefinition(PreTokenization pieces, String text, int merges) {
        byte[] order = ByteAlphabet.inOrder();
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < order.length; id++) {
            ids.put(String.valueOf((char) (order[id] & 0xFF)), id);
        }
        List<List<String>> words = words(pieces, text);
        List<String> made = new ArrayList<>();
        while (made.size() < merges) {
            Map<List<Integer>, Integer> counts = new HashMap<>();
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(List.of(ids.get(word.get(i)), ids.get(word.get(i + 1))), 1, Integer::sum);
                }
            }
            List<Integer> best = List.of();
            for (Map.Entry<List<Integer>, Integer> entry : counts.entrySet()) {
                int compared = best.isEmpty() ? 1 : entry.getValue() - counts.getOrDefault(best, 0);
                List<Integer> pair = entry.getKey();
                if (compared > 0 || compared == 0 && Arrays.compare(ints(pair), ints(best)) < 0) {
                    best = pair;
                }
            }
            if (best.isEmpty() || counts.getOrDefault(best, 0) < 2) {
                break;
            }
            Map<Integer, String> names = new TreeMap<>();
            ids.forEach((name, id) -> names.put(id, name));
            String left = names.getOrDefault(best.get(0), "");
            String right = names.getOrDefault(best.get(1), "");
            if (ids.putIfAbsent(left + right, ids.size()) == null) {
                made.add(left + right);
            }
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.get(i).equals(left) && word.get(i + 1).equals(right)) {
                        word.set(i, left + right);
                        word.remove(i + 1);
                    }
                }
            }
        }
        return made;
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<List<String>> words(PreTokenization pieces, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<List<String>> words = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = pieces.end(bytes, at);
            words.add(new ArrayList<>(text.substring(at, end)
                    .chars()
                    .mapToObj(c -> String.valueOf((char) c))
                    .toList()));
            at = end;
        }
        return words;
    }
}
