package org.randygpt.kernels;

/**
 * How causal attention reads its rows: row b·T + t of (B·T, 3C) holds the query, key and value of position t of
 * sequence b, C = H·D columns each, head after head.
 *
 * @param batch B, sequences
 * @param time T, positions of a sequence
 * @param heads H
 * @param headSize D
 */
public record AttentionShape(int batch, int time, int heads, int headSize) {

    /** C, the columns of the queries, of the keys and of the values. */
    public int width() {
        return heads * headSize;
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
