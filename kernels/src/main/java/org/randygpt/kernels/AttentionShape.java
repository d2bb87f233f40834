package org.randygpt.kernels;

/**
 * How causal attention reads its rows: row b·T + t of (B·T, (H + 2G)·D) holds position t of sequence b, the queries of
 * its H heads one after the other, then the keys and then the values of its G key/value heads. Each of these serves as
 * many heads as every other, the first the first ones (Ainslie et al. 2023).
 *
 * @param batch B, sequences
 * @param time T, positions of a sequence
 * @param heads H
 * @param keyValueHeads G, which divides H
 * @param headSize D
 */
public record AttentionShape(int batch, int time, int heads, int keyValueHeads, int headSize) {

    /** Heads that have keys and values of their own. */
    public AttentionShape(int batch, int time, int heads, int headSize) {
        this(batch, time, heads, heads, headSize);
    }

    /** C, the columns of the queries and of the output. */
    public int width() {
        return heads * headSize;
    }

    /** The columns of the keys, and of the values. */
    public int keyValueWidth() {
        return keyValueHeads * headSize;
    }

    /** The columns of queries, keys and values together. */
    public int qkvWidth() {
        return width() + 2 * keyValueWidth();
    }

    /** Heads that share keys and values. */
    int group() {
        return heads / keyValueHeads;
    }

    /** What scores are multiplied with: 1/√D. */
    public float scale() {
        return (float) (1 / Math.sqrt(headSize));
    }

    /** The same in units of ln 2: probabilities are then powers of 2. */
    float scoreScale() {
        return scale() * VectorMath.LOG2_E;
    }
}
