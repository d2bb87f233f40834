package org.randygpt.train;

import org.randygpt.kernels.Kernels;

/** How a part's tokens are cut into windows of a context's length. What is not predicted has the target -1. */
sealed interface Windows permits StreamWindows, DocumentWindows {
    /** Stands where nothing is to be predicted. */
    int NOT_PREDICTED = Kernels.NOT_PREDICTED;

    /** How many windows an epoch has. */
    long count();

    /**
     * Reads a window of an epoch.
     *
     * @param index from 0 on
     * @param key of the epoch: where its windows begin is a function of it
     * @param at of the first token in both arrays, which are overwritten for a context's length
     */
    void read(long index, long key, int[] tokens, int[] targets, int at);

    /** How many windows hold all tokens. */
    long countOfAll();

    /** Reads a window of those that hold all tokens, each once. */
    void readOfAll(long index, int[] tokens, int[] targets, int at);

    /** A number below a bound from random bits. */
    static long below(long bound, long bits) {
        return Math.unsignedMultiplyHigh(bits, bound);
    }
}
