package org.randygpt.train;

import org.randygpt.kernels.SplitMix;

/**
 * An order of the numbers below a size that needs no memory: a Feistel network of four rounds (Luby and Rackoff 1988)
 * over the next power of four, gone through again until the result is below the size.
 */
final class KeyedPermutation {
    private static final int ROUNDS = 4;

    private KeyedPermutation() {}

    /**
     * What comes at a place.
     *
     * @param place from 0 to size - 1
     * @param key another one gives another order
     */
    static long at(long place, long size, long key) {
        int half = (Long.SIZE - Long.numberOfLeadingZeros(size - 1) + 1) / 2;
        long mask = (1L << half) - 1;
        long value = place;
        do {
            long left = value >>> half;
            long right = value & mask;
            for (int round = 0; round < ROUNDS; round++) {
                long mixed = left ^ (SplitMix.mix(SplitMix.mix(key + round) + right) & mask);
                left = right;
                right = mixed;
            }
            value = left << half | right;
        } while (value >= size);
        return value;
    }
}
