package org.randygpt.core.text;

import java.util.Arrays;

/** From two tokens side by side to a long: a hash table of fixed size, for any number of readers. */
final class PairTable {
    /** What a pair that is not there has. */
    static final long NONE = -1;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long[] keys;
    private final long[] values;
    private final int shift;

    /** An empty table. */
    PairTable(int mostPairs) {
        int bits = Math.max(4, Integer.SIZE - Integer.numberOfLeadingZeros(mostPairs) + 1);
        keys = new long[1 << bits];
        Arrays.fill(keys, NONE);
        values = new long[keys.length];
        shift = Long.SIZE - bits;
    }

    /** Puts a pair, in place of what it had. */
    void put(int left, int right, long value) {
        int slot = slot(left, right);
        keys[slot] = key(left, right);
        values[slot] = value;
    }

    /** What a pair has. */
    long get(int left, int right) {
        int slot = slot(left, right);
        return keys[slot] == NONE ? NONE : values[slot];
    }

    /** Where a pair is, or would be. */
    private int slot(int left, int right) {
        long key = key(left, right);
        int slot = (int) (key * MIX >>> shift);
        while (keys[slot] != key && keys[slot] != NONE) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    private static long key(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }
}
