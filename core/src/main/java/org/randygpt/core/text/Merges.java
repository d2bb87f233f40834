package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.util.Map;

/** Merges tokens of a piece, the lowest rank first, until no two of them become one. */
final class Merges {
    /** Longer pieces go through a heap: for short ones it is quicker to look at all pairs again. */
    private static final int LONGEST_SCANNED = 100;

    private static final long NONE = PairTable.NONE;

    private final int[] bytes = new int[BpeVocabulary.BYTES];
    private final PairTable pairs;

    Merges(BpeVocabulary vocabulary) {
        Map<ByteBuffer, Integer> ids = vocabulary.ids();
        for (int value = 0; value < bytes.length; value++) {
            bytes[value] = id(ids, new byte[] {(byte) value});
        }
        pairs = new PairTable(vocabulary.merges().size());
        for (BpeVocabulary.Merge merge : vocabulary.merges()) {
            long result = (long) merge.rank() << Integer.SIZE | id(ids, vocabulary.joined(merge));
            long other = pairs.get(merge.left(), merge.right());
            if (other == NONE || result < other) {
                pairs.put(merge.left(), merge.right(), result);
            }
        }
    }

    private static int id(Map<ByteBuffer, Integer> ids, byte[] token) {
        Integer id = ids.get(ByteBuffer.wrap(token));
        if (id == null) {
            throw new IllegalStateException("a vocabulary has checked this");
        }
        return id;
    }

    /**
     * Writes the tokens of a piece to an array.
     *
     * @param tokens takes as many as there are bytes
     * @return how many there are
     */
    int encode(byte[] text, int start, int end, int[] tokens, int at) {
        int length = end - start;
        for (int i = 0; i < length; i++) {
            tokens[at + i] = bytes[text[start + i] & 0xFF];
        }
        if (length > LONGEST_SCANNED) {
            return new MergeHeap(pairs, tokens, at, length).merge();
        }
        return scan(tokens, at, length);
    }

    private int scan(int[] tokens, int at, int length) {
        // What each token becomes with the one after it: rank and id, so that the lowest rank is the lowest number.
        long[] results = new long[Math.max(0, length - 1)];
        for (int i = 0; i + 1 < length; i++) {
            results[i] = pairs.get(tokens[at + i], tokens[at + i + 1]);
        }
        int count = length;
        while (count > 1) {
            int best = lowest(results, count - 1);
            if (results[best] == NONE) {
                break;
            }
            tokens[at + best] = (int) results[best];
            count--;
            System.arraycopy(tokens, at + best + 2, tokens, at + best + 1, count - best - 1);
            System.arraycopy(results, best + 1, results, best, count - 1 - best);
            if (best > 0) {
                results[best - 1] = pairs.get(tokens[at + best - 1], tokens[at + best]);
            }
            if (best + 1 < count) {
                results[best] = pairs.get(tokens[at + best], tokens[at + best + 1]);
            }
        }
        return count;
    }

    /** The first of the lowest results; that of no pair is the highest as an unsigned number. */
    private static int lowest(long[] results, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (Long.compareUnsigned(results[i], results[best]) < 0) {
                best = i;
            }
        }
        return best;
    }
}
