package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.text.CharTokenizer;

class TokenDatasetTest {
    private static final int BOS = 1_000_000;

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 50, 80, 81, 1000})
    void everyHeldOutTokenIsPredictedOnceAndNoneIsTrainedOn(int size) {
        TokenDataset dataset = TokenDataset.split(BOS, IntStream.range(0, size).toArray(), 8);
        Set<Integer> heldOut = new HashSet<>();
        int[] tokens = new int[24];
        int[] targets = new int[24];
        for (int window = 0; window * 8 < dataset.heldOutSize(); window += 3) {
            int count = dataset.heldOutBatch(window, 8, tokens, targets);
            for (int i = 0; i < count; i++) {
                assertEquals(targets[i], tokens[i] + 1);
                assertTrue(heldOut.add(targets[i]));
            }
        }
        assertEquals(dataset.heldOutSize(), heldOut.size());
        assertEquals(size, heldOut.size() + dataset.trainingSize() - 1);
        for (int step = 0; step < 500; step++) {
            dataset.sample(3, 3L * step, 8, tokens, targets);
            for (int i = 0; i < tokens.length; i++) {
                assertTrue(!heldOut.contains(tokens[i]) && !heldOut.contains(targets[i]));
                assertEquals(targets[i], tokens[i] == BOS ? 0 : tokens[i] + 1);
            }
        }
    }

    @Test
    void everyTrainingTokenIsATargetSoonerOrLater() {
        TokenDataset dataset = TokenDataset.split(BOS, IntStream.range(0, 100).toArray(), 8);
        Set<Integer> seen = new HashSet<>();
        int[] tokens = new int[32];
        int[] targets = new int[32];
        for (int step = 0; step < 1000; step++) {
            dataset.sample(7, 4L * step, 8, tokens, targets);
            for (int target : targets) {
                seen.add(target);
            }
        }
        assertEquals(90, seen.size());
    }

    @Test
    void noTokenIsATargetTwiceInAnEpoch() {
        TokenDataset dataset = TokenDataset.split(BOS, IntStream.range(0, 1000).toArray(), 8);
        // 901 training tokens, the first of which is no target.
        int ofEpoch = (901 - 8) / 8;
        int[] tokens = new int[8];
        int[] targets = new int[8];
        for (int epoch = 0; epoch < 20; epoch++) {
            Set<Integer> seen = new HashSet<>();
            for (int window = 0; window < ofEpoch; window++) {
                dataset.sample(7, (long) epoch * ofEpoch + window, 8, tokens, targets);
                for (int target : targets) {
                    assertTrue(seen.add(target), "epoch " + epoch);
                }
            }
            assertEquals(8 * ofEpoch, seen.size());
        }
    }

    @Test
    void heldOutBytesAreThoseOfUtf8() {
        String text = "aé€🙂".repeat(200_000);
        CharTokenizer tokenizer = CharTokenizer.of(text);
        TokenDataset dataset = TokenDataset.split(tokenizer.bos(), tokenizer.encode(text), 8);
        // A tenth of it, which is whole repetitions of 1, 2, 3 and 4 bytes.
        assertEquals(80_000, dataset.heldOutSize());
        assertEquals(200_000, dataset.heldOutBytes(tokenizer));
    }

    @Test
    void aTextWithoutAWindowIsRefusedWithBothSizes() {
        String message = assertThrows(IllegalArgumentException.class, () -> TokenDataset.split(BOS, new int[8], 8))
                .toString();
        assertTrue(message.contains("8 tokens") && message.contains("at least 9"), message);
    }
}
