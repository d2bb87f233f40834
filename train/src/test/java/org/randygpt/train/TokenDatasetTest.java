package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.train.Sampling.Borders;
import org.randygpt.train.Sampling.Order;
import org.randygpt.train.Sampling.Split;
import org.randygpt.train.TokenDataset.Text;

class TokenDatasetTest {
    private static final int BOS = 1_000_000;
    private static final int EOS = 1_000_001;

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 50, 80, 81, 1000})
    void everyHeldOutTokenIsPredictedOnceAndNoneIsTrainedOn(int size) {
        TokenDataset dataset = TokenDataset.of(BOS, IntStream.range(0, size).toArray(), 8, 3);
        Set<Integer> heldOut = new HashSet<>();
        int[] tokens = new int[24];
        int[] targets = new int[24];
        for (int window = 0; window < dataset.evaluationWindows(); window += 3) {
            int count = dataset.heldOutBatch(window, tokens, targets);
            for (int i = 0; i < targets.length; i++) {
                if (targets[i] != -1) {
                    assertEquals(targets[i], tokens[i] + 1);
                    assertTrue(heldOut.add(targets[i]));
                    count--;
                }
            }
            assertEquals(0, count);
        }
        assertEquals(dataset.heldOutSize(), heldOut.size());
        assertEquals(size, heldOut.size() + dataset.trainingSize());
        for (int step = 0; step < 500; step++) {
            dataset.sample(3L * step, tokens, targets);
            for (int i = 0; i < tokens.length; i++) {
                assertTrue(!heldOut.contains(tokens[i]) && !heldOut.contains(targets[i]));
                assertEquals(targets[i], tokens[i] == BOS ? 0 : tokens[i] + 1);
            }
        }
    }

    @Test
    void everyTrainingTokenIsATargetSoonerOrLater() {
        TokenDataset dataset = TokenDataset.of(BOS, IntStream.range(0, 100).toArray(), 8, 7);
        Set<Integer> seen = new HashSet<>();
        int[] tokens = new int[32];
        int[] targets = new int[32];
        for (int step = 0; step < 1000; step++) {
            dataset.sample(4L * step, tokens, targets);
            for (int target : targets) {
                seen.add(target);
            }
        }
        assertEquals(90, seen.size());
    }

    @Test
    void noTokenIsATargetTwiceInAnEpoch() {
        TokenDataset dataset = TokenDataset.of(BOS, IntStream.range(0, 1000).toArray(), 8, 7);
        // 901 training tokens, the first of which is no target.
        int ofEpoch = (901 - 8) / 8;
        int[] tokens = new int[8];
        int[] targets = new int[8];
        for (int epoch = 0; epoch < 20; epoch++) {
            Set<Integer> seen = new HashSet<>();
            for (int window = 0; window < ofEpoch; window++) {
                dataset.sample((long) epoch * ofEpoch + window, tokens, targets);
                for (int target : targets) {
                    assertTrue(seen.add(target), "epoch " + epoch);
                }
            }
            assertEquals(8 * ofEpoch, seen.size());
        }
    }

    @Test
    void randomWindowsComeAgainBeforeAllHaveCome() {
        Sampling random = new Sampling(Order.RANDOM, Borders.CROSSED, Split.AUTO, 0.1f, 1000);
        TokenDataset dataset = dataset(
                random, 7, BOS, TokenStore.of(BOS, IntStream.range(0, 1000).toArray()));
        int[] tokens = new int[8];
        int[] targets = new int[8];
        Set<Integer> seen = new HashSet<>();
        boolean again = false;
        for (int window = 0; window < 100; window++) {
            dataset.sample(window, tokens, targets);
            for (int target : targets) {
                again |= !seen.add(target);
            }
        }
        assertTrue(again && seen.size() > 400, seen.size() + " different targets");
    }

    @Test
    void heldOutBytesAreThoseOfUtf8() {
        String text = "aé€🙂".repeat(20_000);
        CharTokenizer tokenizer = CharTokenizer.of(text);
        TokenDataset dataset = TokenDataset.of(tokenizer.bos(), tokenizer.encode(text), 8, 1);
        // A tenth of it, which is whole repetitions of 1, 2, 3 and 4 bytes.
        assertEquals(8_000, dataset.heldOutSize());
        assertEquals(2.5, dataset.heldOutBytesPerToken(tokenizer));
    }

    @Test
    void aTextWithoutAWindowIsRefusedWithBothSizes() {
        String message = assertThrows(IllegalArgumentException.class, () -> TokenDataset.of(BOS, new int[8], 8, 1))
                .toString();
        assertTrue(message.contains("8 tokens") && message.contains("at least 9"), message);
    }

    @Test
    void aLongHeldOutPartIsValidatedOnWindowsAllOverIt() {
        Sampling sampling = new Sampling(Order.EPOCHS, Borders.CROSSED, Split.POSITION, 0.5f, 80);
        TokenDataset dataset = dataset(
                sampling, 1, BOS, TokenStore.of(BOS, IntStream.range(0, 10_000).toArray()));
        int[] tokens = new int[8];
        int[] targets = new int[8];
        assertEquals(10, dataset.evaluationWindows());
        for (int window = 0; window < 10; window++) {
            assertEquals(8, dataset.heldOutBatch(window, tokens, targets));
            // 625 windows from token 5,000 on.
            assertEquals(5_000 + 8 * (625 * window / 10), targets[0]);
        }
    }

    /** Documents of 1, 2, 3, ... tokens, each token a number of its own; and what may follow each. */
    private static final class Documents {
        private final int bos;
        private final int eos;
        private final int count;

        Documents(int bos, int eos, int count) {
            this.bos = bos;
            this.eos = eos;
            this.count = count;
        }

        TokenStore store() {
            IntStream.Builder tokens = IntStream.builder();
            int next = 0;
            for (int document = 1; document <= count; document++) {
                if (document > 1) {
                    tokens.add(eos);
                    if (bos != eos) {
                        tokens.add(bos);
                    }
                }
                for (int i = 0; i < document; i++) {
                    tokens.add(next++);
                }
            }
            return TokenStore.of(bos, tokens.build().toArray());
        }

        /** Number of the document that a token is in, from 1. */
        int of(int token) {
            int document = 1;
            while (token >= document * (document + 1) / 2) {
                document++;
            }
            return document;
        }

        /** Whether a token may be predicted from another: the next of the same document, its first, or its end. */
        boolean mayFollow(int token, int target) {
            if (token == bos) {
                // The first of a document: the one before is in another, if there is one.
                return target == 0 || of(target) != of(target - 1);
            }
            return target == eos ? of(token) != of(token + 1) : target == token + 1 && of(token) == of(target);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BOS, EOS})
    void noWindowCrossesADocumentThatIsRespectedAndAllTokensArePredictedOnceAnEpoch(int eos) {
        // More documents than lie between two notes of where they begin.
        Documents documents = new Documents(BOS, eos, 200);
        Sampling sampling = new Sampling(Order.EPOCHS, Borders.KEPT, Split.POSITION, 0.5f, Long.MAX_VALUE);
        TokenDataset dataset = dataset(sampling, 5, eos, documents.store());
        long ofEpoch = new DocumentWindows(dataset.trainingTokens().getFirst(), BOS, eos, 8).count();
        int[] tokens = new int[8];
        int[] targets = new int[8];
        Set<Integer> orders = new HashSet<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            Set<Integer> seen = new HashSet<>();
            for (int window = 0; window < ofEpoch; window++) {
                dataset.sample(epoch * ofEpoch + window, tokens, targets);
                int predicted = 0;
                while (predicted < 8 && targets[predicted] != -1) {
                    assertTrue(
                            documents.mayFollow(tokens[predicted], targets[predicted]),
                            "%d after %d".formatted(targets[predicted], tokens[predicted]));
                    assertTrue(targets[predicted] == eos || seen.add(targets[predicted]));
                    assertTrue(predicted == 0 || tokens[predicted] == targets[predicted - 1]);
                    predicted++;
                }
                assertTrue(predicted > 0);
                assertTrue(Arrays.stream(targets, predicted, 8).allMatch(target -> target == -1));
            }
            orders.add(Arrays.hashCode(targets));
            assertEquals(largestOf(dataset.trainingTokens().getFirst()) + 1, seen.size());
        }
        assertEquals(3, orders.size());
    }

    private static int largestOf(TokenView view) {
        int largest = 0;
        for (long at = 0; at < view.size(); at++) {
            largest = view.get(at) < BOS ? Math.max(largest, view.get(at)) : largest;
        }
        return largest;
    }

    @ParameterizedTest
    @EnumSource
    void documentsThatAreHeldOutAreHeldOutWholeByTheSeedAndNeverTrainedOn(Borders borders) {
        Documents documents = new Documents(BOS, EOS, 100);
        Sampling sampling = new Sampling(Order.EPOCHS, borders, Split.AUTO, 0.1f, Long.MAX_VALUE);
        TokenDataset dataset = dataset(sampling, 5, EOS, documents.store());
        Set<Integer> heldOut = documentsOf(documents, dataset.heldOutTokens().getFirst());
        Set<Integer> training = documentsOf(documents, dataset.trainingTokens().getFirst());
        assertTrue(dataset.holdsOutDocuments());
        assertEquals(100, heldOut.size() + training.size());
        assertTrue(heldOut.stream().noneMatch(training::contains));
        // 5,050 tokens, and two around each document but at the ends.
        assertTrue(dataset.heldOutSize() > 500 && dataset.heldOutSize() < 1060, "" + dataset.heldOutSize());
        TokenDataset other = dataset(sampling, 6, EOS, documents.store());
        assertNotEquals(heldOut, documentsOf(documents, other.heldOutTokens().getFirst()));
        Set<Integer> predicted = new HashSet<>();
        int[] tokens = new int[40];
        int[] targets = new int[40];
        for (int window = 0; window < dataset.evaluationWindows(); window += 5) {
            var _ = dataset.heldOutBatch(window, tokens, targets);
            for (int target : targets) {
                assertTrue(target == -1 || target >= BOS || predicted.add(target));
            }
        }
        assertEquals(
                heldOut.stream().mapToInt(Integer::intValue).sum(),
                predicted.size(),
                "one document has its number of tokens");
    }

    private static Set<Integer> documentsOf(Documents documents, TokenView view) {
        Set<Integer> found = new HashSet<>();
        for (long at = 0; at < view.size(); at++) {
            if (view.get(at) < BOS) {
                found.add(documents.of(view.get(at)));
            }
        }
        return found;
    }

    @Test
    void weightsAreKeptInEveryRoundAndEachTextHasEpochsOfItsOwn() {
        TokenStore small = TokenStore.of(BOS, IntStream.range(0, 1000).toArray());
        TokenStore large = TokenStore.of(BOS, IntStream.range(1000, 101_000).toArray());
        TokenDataset dataset =
                new TokenDataset(List.of(new Text(small, 3), new Text(large, 1)), BOS, EOS, 8, Sampling.USUAL, 3);
        int[] tokens = new int[8];
        int[] targets = new int[8];
        Set<Integer> seen = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            int ofSmall = 0;
            for (int window = 0; window < 10_000; window++) {
                dataset.sample(10_000L * round + window, tokens, targets);
                boolean isSmall = targets[0] < 1000;
                ofSmall += isSmall ? 1 : 0;
                // 90,001 training tokens make 11,249 windows, of which three rounds have 7,500.
                assertTrue(isSmall || seen.add(targets[0]), "token " + targets[0]);
            }
            assertEquals(7_500, ofSmall);
        }
        assertEquals(100 + 10_000, dataset.heldOutSize());
        assertArrayEquals(new long[] {13, 1250}, new long[] {
            new StreamWindows(dataset.heldOutTokens().getFirst(), 8).countOfAll(),
            new StreamWindows(dataset.heldOutTokens().getLast(), 8).countOfAll()
        });
        assertEquals(1263, dataset.evaluationWindows());
    }

    @Test
    void aTextOfTooLittleWeightIsRefused() {
        TokenStore store = TokenStore.of(BOS, IntStream.range(0, 1000).toArray());
        List<Text> texts = List.of(new Text(store, 1), new Text(store, 1e-6));
        assertThrows(IllegalArgumentException.class, () -> new TokenDataset(texts, BOS, EOS, 8, Sampling.USUAL, 3));
    }

    private static TokenDataset dataset(Sampling sampling, long seed, int eos, TokenStore store) {
        return new TokenDataset(List.of(new Text(store, 1)), BOS, eos, 8, sampling, seed);
    }
}
