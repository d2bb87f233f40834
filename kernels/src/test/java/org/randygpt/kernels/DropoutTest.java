package org.randygpt.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
    private static final int ROWS = 128;
    private static final int COLS = 131;
    private static final long KEY = 0x0f1e2d3c4b5a6978L;

    @ParameterizedTest
    @EnumSource
    void vectorsOfEverySizeAgreeWithTheDefinition(Store store) {
        for (int cols = 1; cols <= 3 * Lanes.LENGTH + 1; cols++) {
            KernelCalls.dropout(new Blocks(cols), 2, cols, store).assertVectorAgrees();
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0.05f, 0.1f, 0.5f, 0.9f})
    void theMeanStays(float rate) {
        boolean[] kept = kept(rate, KEY);
        int count = count(kept);
        double expected = kept.length * (1 - rate);
        // Five standard deviations of a binomial distribution.
        assertEquals(expected, count, 5 * Math.sqrt(expected * rate));
        assertEquals(1 / (1 - rate), scale(rate));
    }

    @Test
    void theMeanOverManyMasksIsTheInput() {
        int masks = 4000;
        float rate = 0.3f;
        Matrix x = new Blocks(7).uniform(2, COLS);
        Matrix sums = Matrix.zeros(2, COLS);
        for (int mask = 0; mask < masks; mask++) {
            new VectorKernels(Share.ALL).dropout(rate, SplitMix.mix(mask), x, sums, Store.ADD);
        }
        for (int i = 0; i < x.size(); i++) {
            float value = x.get(0, i);
            double deviation = Math.abs(value) * Math.sqrt(rate / (1 - rate) / masks);
            assertEquals(value, sums.get(0, i) / masks, 5 * deviation);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, COLS, 8 * COLS})
    void neighboursDoNotDependOnEachOther(int distance) {
        boolean[] kept = kept(0.5f, KEY);
        int both = 0;
        for (int i = 0; i + distance < kept.length; i++) {
            both += kept[i] == kept[i + distance] ? 1 : 0;
        }
        int pairs = kept.length - distance;
        assertEquals(0.5 * pairs, both, 5 * Math.sqrt(0.25 * pairs));
    }

    @ParameterizedTest
    @ValueSource(longs = {KEY + 1, KEY - 1, KEY ^ (1L << 32), KEY ^ (1L << 63), 0})
    void keysDoNotDependOnEachOther(long other) {
        boolean[] first = kept(0.5f, KEY);
        boolean[] second = kept(0.5f, other);
        int same = 0;
        for (int i = 0; i < first.length; i++) {
            same += first[i] == second[i] ? 1 : 0;
        }
        assertEquals(0.5 * first.length, same, 5 * Math.sqrt(0.25 * first.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, ROWS / 2, ROWS - 1})
    void aPartIsTreatedAsInTheWhole(int rows) {
        boolean[] whole = kept(0.5f, KEY);
        boolean[] part = kept(0.5f, Kernels.dropoutKeyFrom(rows * COLS, KEY));
        int length = (ROWS - rows) * COLS;
        assertArrayEquals(Arrays.copyOfRange(whole, rows * COLS, whole.length), Arrays.copyOf(part, length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void indicesOfPartsGoRound(int first) {
        for (int i = 0; i < 1000; i++) {
            assertEquals(
                    Dropout.factor(0.5f, KEY, first + i), Dropout.factor(0.5f, Kernels.dropoutKeyFrom(first, KEY), i));
        }
    }

    private static int count(boolean[] kept) {
        int count = 0;
        for (boolean each : kept) {
            count += each ? 1 : 0;
        }
        return count;
    }

    private static float scale(float rate) {
        Matrix out = dropped(rate, KEY);
        float largest = 0;
        for (int i = 0; i < out.size(); i++) {
            largest = Math.max(largest, out.get(0, i));
        }
        return largest;
    }

    private static boolean[] kept(float rate, long key) {
        Matrix out = dropped(rate, key);
        boolean[] kept = new boolean[out.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = out.get(0, i) != 0;
        }
        return kept;
    }

    private static Matrix dropped(float rate, long key) {
        Matrix ones = Matrix.zeros(ROWS, COLS);
        Arrays.fill(ones.data(), 1);
        Matrix out = Matrix.zeros(ROWS, COLS);
        new VectorKernels(Share.ALL).dropout(rate, key, ones, out, Store.REPLACE);
        return out;
    }
}
