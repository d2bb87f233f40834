package org.randygpt.core.data;

/** A set of long numbers up to a size; once it is full, it takes no more. */
final class LongSet {
    private static final int FIRST_CAPACITY = 1 << 10;
    private static final int SHIFT = 32;

    private final int most;
    /** 0 where there is none; at least twice as many places as numbers. */
    private long[] places = new long[2 * FIRST_CAPACITY];

    private int size;

    LongSet(int most) {
        this.most = most;
    }

    /** Adds a number if there is room; returns false when it was there before. */
    boolean add(long number) {
        // 0 stands for nothing.
        long stored = number == 0 ? 1 : number;
        int place = place(stored);
        if (places[place] != 0) {
            return false;
        }
        if (size < most) {
            places[place] = stored;
            size++;
            if (2 * size > places.length) {
                grow();
            }
        }
        return true;
    }

    private int place(long number) {
        int mask = places.length - 1;
        // Fibonacci hashing: the upper bits of a product with 2^64 over the golden ratio.
        int place = (int) ((number * 0x9e3779b97f4a7c15L) >>> SHIFT) & mask;
        while (places[place] != 0 && places[place] != number) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        long[] old = places;
        places = new long[2 * old.length];
        for (long number : old) {
            if (number != 0) {
                places[place(number)] = number;
            }
        }
    }
}
