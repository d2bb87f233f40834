package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FloorsTest {
    private static final int VOCABULARY = 16;
    private static final int CONTEXT = 8;

    @Test
    void randomTextHasAllFloorsAtTheLogarithmOfTheVocabulary() {
        int[] text = new SplittableRandom(1).ints(500_000, 0, VOCABULARY).toArray();
        Floors floors = floors(text, VOCABULARY);
        assertEquals(Math.log(VOCABULARY), floors.uniform(), 1e-9);
        assertEquals(Math.log(VOCABULARY), floors.unigram(), 1e-3);
        assertEquals(Math.log(VOCABULARY), floors.bigram(), 1e-3);
        // Most five-grams have never been seen, and the others tell nothing.
        assertTrue(floors.fiveGram() > Math.log(VOCABULARY), floors.toString());
    }

    @Test
    void textThatRepeatsHasAFloorOfNothingOnceTheContextIsLongEnough() {
        // After 0 0 comes 1 or 2, by what came before.
        int[] period = {0, 0, 1, 3, 0, 0, 2, 4};
        int[] text = new int[80_000];
        Arrays.setAll(text, i -> period[i % period.length]);
        Floors floors = floors(text, VOCABULARY);
        // Four of eight tokens are 0, one each are 1 to 4.
        assertEquals(0.5 * Math.log(2) + 0.5 * Math.log(8), floors.unigram(), 1e-3);
        // After 0 a 0 half the time, a 1 or a 2 a quarter each; after the others there is one token only.
        assertEquals(0.5 * (0.5 * Math.log(2) + 0.5 * Math.log(4)), floors.bigram(), 1e-3);
        assertEquals(0, floors.fiveGram(), 1e-3);
    }

    @Test
    void floorsOfATinyTextAreThoseOfTheFormula() {
        // 18 tokens of one kind are counted, 2 predicted.
        Floors floors = floors(new int[20], 2);
        double unigram = (18 + 0.5) / 19;
        double bigram = (17 + unigram) / 18;
        assertEquals(Math.log(2), floors.uniform(), 1e-9);
        assertEquals(-Math.log(unigram), floors.unigram(), 1e-9);
        assertEquals(-Math.log(bigram), floors.bigram(), 1e-9);
        assertEquals(18, floors.counted());
    }

    @Test
    void onlySoMuchOfALongTextIsCounted() {
        int[] text = new SplittableRandom(1).ints(1_200_000, 0, 4).toArray();
        assertEquals(1 << 20, floors(text, 4).counted());
        int[] manyKinds =
                new SplittableRandom(1).ints(400_000, 0, Integer.MAX_VALUE - 1).toArray();
        int counted = floors(manyKinds, Integer.MAX_VALUE).counted();
        // All n-grams are new, and a table of 2^20 is as full as it gets.
        assertTrue(counted > 209_000 && counted < 211_000, counted + " tokens");
        assertEquals(Floors.bytes(400_000), Floors.bytes(Integer.MAX_VALUE));
    }

    private static Floors floors(int[] text, int vocabulary) {
        return Floors.of(TokenDataset.of(vocabulary - 1, text, CONTEXT, 1), vocabulary);
    }
}
