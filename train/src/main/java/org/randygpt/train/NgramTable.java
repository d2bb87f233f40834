package org.randygpt.train;

import java.util.Arrays;

/**
 * Counts of n-grams, and the probabilities that they give by interpolated Witten-Bell smoothing (Bell, Cleary and
 * Witten, Text Compression, 1990, method C; Chen and Goodman 1999, section 2.6), which has nothing to tune:
 *
 * <pre>{@code
 * p(w | h) = (c(h w) + t(h) · p(w | h')) / (c(h) + t(h))
 * }</pre>
 *
 * where c counts, t(h) is how many different tokens have followed h, and h' is h without its first token. Where h has
 * never been followed by anything, p(w | h) is p(w | h'); below the empty context all tokens are equally likely.
 *
 * <p>The n-grams are the nodes of a tree, each a child of the one without its last token, found by one hash table. That
 * holds any vocabulary, and takes memory only for what occurs.
 */
public final class NgramTable {
    private static final int ROOT = 0;
    private static final int NONE = -1;
    private static final int FIRST_CAPACITY = 1 << 12;
    /** A key, three counts, two places; and for a moment, while the last array grows, half a count. */
    private static final int BYTES_PER_NODE = Long.BYTES + 5 * Integer.BYTES + 2;

    private final int order;
    private final int most;
    private final double uniform;
    /** The node of the last k tokens at index k. */
    private final int[] context;
    /** Nodes by the hash of their keys, 0 where there is none; twice as many places as there is room for nodes. */
    private int[] places = new int[2 * FIRST_CAPACITY];
    /** Of each node its parent, and in the low half its last token. */
    private long[] keys = new long[FIRST_CAPACITY];
    /** How often each n-gram has occurred. */
    private int[] counts = new int[FIRST_CAPACITY];
    /** How often each n-gram has been followed by a token. */
    private int[] followed = new int[FIRST_CAPACITY];
    /** By how many different tokens. */
    private int[] kinds = new int[FIRST_CAPACITY];

    private int size = 1;

    /**
     * A table that has seen nothing.
     *
     * @param order tokens of the longest n-grams
     * @param vocabSize V; tokens are below it
     * @param most different n-grams that are kept; powers of two less 1 waste nothing
     */
    public NgramTable(int order, int vocabSize, int most) {
        this.order = order;
        this.most = most;
        uniform = 1.0 / vocabSize;
        context = new int[order];
        begin();
    }

    /** The most bytes that a table takes which has counted so many different n-grams. */
    public static long bytes(long ngrams) {
        // A power of two that has room for them and the root.
        return Math.max(FIRST_CAPACITY, 2 * Long.highestOneBit(ngrams)) * BYTES_PER_NODE;
    }

    /** Begins a text: no token comes before the next one. */
    public void begin() {
        Arrays.fill(context, NONE);
        context[0] = ROOT;
    }

    /**
     * Counts the next token of a text.
     *
     * @return false when there may be no room for its n-grams; then nothing has changed
     */
    public boolean count(int token) {
        if (size - 1 > most - order) {
            return false;
        }
        for (int length = order - 1; length >= 0; length--) {
            int parent = context[length];
            int child = parent == NONE ? NONE : childOrNew(parent, token);
            if (child != NONE) {
                counts[child]++;
                followed[parent]++;
            }
            moveTo(length + 1, child);
        }
        return true;
    }

    /**
     * Tells how likely a token is to come next, and goes on to it without counting it.
     *
     * @param probabilities (order + 1), overwritten: at index n that by n-grams, at 0 the same for all tokens
     */
    public void predict(int token, double[] probabilities) {
        look(token, probabilities);
        goOn(token);
    }

    /**
     * As {@link #predict}, and then counts the token: a table that learns while it reads.
     *
     * @return false when there may be no room for its n-grams; then it is not counted
     */
    public boolean predictAndCount(int token, double[] probabilities) {
        look(token, probabilities);
        boolean counted = count(token);
        if (!counted) {
            goOn(token);
        }
        return counted;
    }

    private void look(int token, double[] probabilities) {
        probabilities[0] = uniform;
        for (int length = 0; length < order; length++) {
            int parent = context[length];
            double shorter = probabilities[length];
            if (parent == NONE || followed[parent] == 0) {
                probabilities[length + 1] = shorter;
            } else {
                int child = child(parent, token);
                int count = child == NONE ? 0 : counts[child];
                probabilities[length + 1] =
                        (count + kinds[parent] * shorter) / ((double) followed[parent] + kinds[parent]);
            }
        }
    }

    private void goOn(int token) {
        for (int length = order - 1; length > 0; length--) {
            moveTo(length, context[length - 1] == NONE ? NONE : child(context[length - 1], token));
        }
    }

    private void moveTo(int length, int node) {
        if (length < order) {
            context[length] = node;
        }
    }

    private int child(int parent, int token) {
        int node = places[place(key(parent, token))];
        return node == ROOT ? NONE : node;
    }

    private int childOrNew(int parent, int token) {
        long key = key(parent, token);
        int place = place(key);
        if (places[place] != ROOT) {
            return places[place];
        }
        if (size == keys.length) {
            grow();
            place = place(key);
        }
        keys[size] = key;
        places[place] = size;
        kinds[parent]++;
        return size++;
    }

    /** Where a key is, or where it would be; the root, which is nobody's child, stands for nothing. */
    private int place(long key) {
        int mask = places.length - 1;
        // Fibonacci hashing: the upper bits of a product with 2^64 over the golden ratio.
        int place = (int) ((key * 0x9e3779b97f4a7c15L) >>> 32) & mask;
        while (places[place] != ROOT && keys[places[place]] != key) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        int capacity = 2 * keys.length;
        keys = Arrays.copyOf(keys, capacity);
        counts = Arrays.copyOf(counts, capacity);
        followed = Arrays.copyOf(followed, capacity);
        kinds = Arrays.copyOf(kinds, capacity);
        places = new int[2 * capacity];
        for (int node = 1; node < size; node++) {
            places[place(keys[node])] = node;
        }
    }

    private static long key(int parent, int token) {
        return (long) parent << Integer.SIZE | token;
    }
}
