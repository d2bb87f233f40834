package org.randygpt.core.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Remembers the tokens of short pieces, since most of a text is words that were there before. A piece takes the place
 * of another one with the same hash, which bounds the size. For one thread.
 */
final class PieceCache {
    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int LONGEST = 32;
    private static final int MOST_TOKENS = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final byte[] pieces = new byte[SLOTS * LONGEST];
    private final byte[] lengths = new byte[SLOTS];
    private final byte[] counts = new byte[SLOTS];
    private final int[] tokens = new int[SLOTS * MOST_TOKENS];

    /** Where a piece has its place, or a negative number for one that is too long to be remembered. */
    int slot(byte[] text, int start, int end) {
        int length = end - start;
        if (length > LONGEST) {
            return -1;
        }
        long hash = length;
        int at = start;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mixed(hash ^ (long) LONGS.get(text, at));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << Byte.SIZE | text[at] & 0xFF;
        }
        return (int) (mixed(hash ^ rest) >>> Long.SIZE - SLOT_BITS);
    }

    /** Whether the piece in a place is this one. */
    boolean holds(int slot, byte[] text, int start, int end) {
        int length = end - start;
        int from = slot * LONGEST;
        return lengths[slot] == length && Arrays.equals(pieces, from, from + length, text, start, end);
    }

    /**
     * Writes the tokens of the piece in a place to an array, which takes as many as can be remembered, and counts them.
     */
    int copy(int slot, int[] out, int at) {
        int count = counts[slot];
        int from = slot * MOST_TOKENS;
        for (int i = 0; i < count; i++) {
            out[at + i] = tokens[from + i];
        }
        return count;
    }

    /** Remembers a piece if it has few tokens. */
    void put(int slot, byte[] text, int start, int end, int[] found, int at, int count) {
        if (count > MOST_TOKENS) {
            return;
        }
        System.arraycopy(text, start, pieces, slot * LONGEST, end - start);
        System.arraycopy(found, at, tokens, slot * MOST_TOKENS, count);
        lengths[slot] = (byte) (end - start);
        counts[slot] = (byte) count;
    }

    private static long mixed(long hash) {
        long product = hash * MIX;
        return product ^ product >>> Integer.SIZE;
    }
}
