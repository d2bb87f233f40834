package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedPermutationTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 1000, 15_685})
    void everyNumberComesOnce(int size) {
        for (long key = 0; key < 20; key++) {
            BitSet seen = new BitSet(size);
            for (int number : order(size, key)) {
                seen.set(number);
            }
            assertEquals(size, seen.cardinality());
            assertEquals(size, seen.length());
        }
    }

    @Test
    void placesOfMoreThanThirtyTwoBitsHaveNumbersBelowTheSize() {
        long size = 5_000_000_000L;
        Set<Long> seen = new HashSet<>();
        for (long place = size - 1000; place < size; place++) {
            long number = KeyedPermutation.at(place, size, 7);
            assertTrue(number >= 0 && number < size && seen.add(number), "" + number);
        }
    }

    @Test
    void keysGiveOtherOrders() {
        assertNotEquals(order(50, 1), order(50, 2));
    }

    @Test
    void placesHaveNoFavourites() {
        int[] first = new int[8];
        for (long key = 0; key < 8000; key++) {
            first[(int) KeyedPermutation.at(0, 8, key)]++;
        }
        for (int count : first) {
            // Five standard deviations of a binomial distribution.
            assertEquals(1000, count, 5 * Math.sqrt(1000 * 7 / 8.0));
        }
    }

    private static List<Integer> order(int size, long key) {
        return IntStream.range(0, size)
                .mapToObj(place -> (int) KeyedPermutation.at(place, size, key))
                .toList();
    }
}
