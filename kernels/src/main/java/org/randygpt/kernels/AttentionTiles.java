package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import org.randygpt.kernels.FlashAttention.HeadRows;

/**
 * The matrix products of attention, in tiles of 8 rows by a vector: a vector of queries against a block of keys. Each
 * element is one chain of fused multiply-adds.
 */
final class AttentionTiles {
    private static final int ROWS = 8;

    /** Columns of a buffer of scores: a vector of queries, and not less than a tile of them. */
    static final int COLS = Math.max(LENGTH, ROWS);

    /** {@code n} rounded up to whole tiles. */
    static int padded(int n) {
        return Math.ceilDiv(n, ROWS) * ROWS;
    }

    /**
     * out[k] = Σ over d of x[first + k][d] · columns[d], for {@code count} keys k; what is left of the last tile
     * repeats the last key.
     */
    void scores(HeadRows x, int first, int count, Matrix columns, int size, Matrix out) {
        for (int k = 0; k < count; k += ROWS) {
            scoresTile(x, first + k, Math.min(ROWS, count - k) - 1, columns, size, out.data(), out.rowAt(k));
        }
    }

    private static void scoresTile(HeadRows x, int row, int last, Matrix columns, int size, float[] to, int toAt) {
        float[] a = x.data;
        int stride = x.stride;
        int a0 = x.at + row * stride;
        int a1 = a0 + Math.min(1, last) * stride;
        int a2 = a0 + Math.min(2, last) * stride;
        int a3 = a0 + Math.min(3, last) * stride;
        int a4 = a0 + Math.min(4, last) * stride;
        int a5 = a0 + Math.min(5, last) * stride;
        int a6 = a0 + Math.min(6, last) * stride;
        int a7 = a0 + Math.min(7, last) * stride;
        float[] b = columns.data();
        int bAt = columns.offset();
        FloatVector c0 = FloatVector.zero(SPECIES);
        FloatVector c1 = FloatVector.zero(SPECIES);
        FloatVector c2 = FloatVector.zero(SPECIES);
        FloatVector c3 = FloatVector.zero(SPECIES);
        FloatVector c4 = FloatVector.zero(SPECIES);
        FloatVector c5 = FloatVector.zero(SPECIES);
        FloatVector c6 = FloatVector.zero(SPECIES);
        FloatVector c7 = FloatVector.zero(SPECIES);
        for (int d = 0; d < size; d++) {
            FloatVector y = FloatVector.fromArray(SPECIES, b, bAt + d * LENGTH);
            c0 = y.fma(FloatVector.broadcast(SPECIES, a[a0 + d]), c0);
            c1 = y.fma(FloatVector.broadcast(SPECIES, a[a1 + d]), c1);
            c2 = y.fma(FloatVector.broadcast(SPECIES, a[a2 + d]), c2);
            c3 = y.fma(FloatVector.broadcast(SPECIES, a[a3 + d]), c3);
            c4 = y.fma(FloatVector.broadcast(SPECIES, a[a4 + d]), c4);
            c5 = y.fma(FloatVector.broadcast(SPECIES, a[a5 + d]), c5);
            c6 = y.fma(FloatVector.broadcast(SPECIES, a[a6 + d]), c6);
            c7 = y.fma(FloatVector.broadcast(SPECIES, a[a7 + d]), c7);
        }
        c0.intoArray(to, toAt);
        c1.intoArray(to, toAt + COLS);
        c2.intoArray(to, toAt + 2 * COLS);
        c3.intoArray(to, toAt + 3 * COLS);
        c4.intoArray(to, toAt + 4 * COLS);
        c5.intoArray(to, toAt + 5 * COLS);
        c6.intoArray(to, toAt + 6 * COLS);
        c7.intoArray(to, toAt + 7 * COLS);
    }

    /** out[i] += Σ over {@code count} keys k of weights[k][i] · x[first + k], for a vector of queries i. */
    void sumRows(Matrix weights, int count, HeadRows x, int first, int size, Matrix out) {
        int xAt = x.at + first * x.stride;
        for (int d = 0; d < size; d += LENGTH) {
            for (int i = 0; i < COLS; i += ROWS) {
                rowsTile(weights.data(), weights.offset() + i, count, x, xAt + d, out, out.rowAt(i) + d);
            }
        }
    }

    private static void rowsTile(float[] a, int aAt, int count, HeadRows x, int xAt, Matrix out, int toAt) {
        float[] b = x.data;
        int bStride = x.stride;
        float[] to = out.data();
        int toStride = out.cols();
        FloatVector c0 = FloatVector.fromArray(SPECIES, to, toAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, to, toAt + toStride);
        FloatVector c2 = FloatVector.fromArray(SPECIES, to, toAt + 2 * toStride);
        FloatVector c3 = FloatVector.fromArray(SPECIES, to, toAt + 3 * toStride);
        FloatVector c4 = FloatVector.fromArray(SPECIES, to, toAt + 4 * toStride);
        FloatVector c5 = FloatVector.fromArray(SPECIES, to, toAt + 5 * toStride);
        FloatVector c6 = FloatVector.fromArray(SPECIES, to, toAt + 6 * toStride);
        FloatVector c7 = FloatVector.fromArray(SPECIES, to, toAt + 7 * toStride);
        for (int k = 0; k < count; k++) {
            FloatVector y = FloatVector.fromArray(SPECIES, b, xAt + k * bStride);
            int at = aAt + k * COLS;
            c0 = y.fma(FloatVector.broadcast(SPECIES, a[at]), c0);
            c1 = y.fma(FloatVector.broadcast(SPECIES, a[at + 1]), c1);
            c2 = y.fma(FloatVector.broadcast(SPECIES, a[at + 2]), c2);
            c3 = y.fma(FloatVector.broadcast(SPECIES, a[at + 3]), c3);
            c4 = y.fma(FloatVector.broadcast(SPECIES, a[at + 4]), c4);
            c5 = y.fma(FloatVector.broadcast(SPECIES, a[at + 5]), c5);
            c6 = y.fma(FloatVector.broadcast(SPECIES, a[at + 6]), c6);
            c7 = y.fma(FloatVector.broadcast(SPECIES, a[at + 7]), c7);
        }
        c0.intoArray(to, toAt);
        c1.intoArray(to, toAt + toStride);
        c2.intoArray(to, toAt + 2 * toStride);
        c3.intoArray(to, toAt + 3 * toStride);
        c4.intoArray(to, toAt + 4 * toStride);
        c5.intoArray(to, toAt + 5 * toStride);
        c6.intoArray(to, toAt + 6 * toStride);
        c7.intoArray(to, toAt + 7 * toStride);
    }

    /** out[block + k] += Σ over {@code queries} queries i of weights[k][i] · x[first + i], for {@code count} keys k. */
    void sumQueries(Matrix weights, int count, HeadRows x, int first, int queries, int size, Matrix out, int block) {
        int xAt = x.at + first * x.stride;
        for (int k = 0; k < count; k += ROWS) {
            for (int d = 0; d < size; d += LENGTH) {
                queriesTile(weights.data(), weights.rowAt(k), queries, x, xAt + d, out, out.rowAt(block + k) + d);
            }
        }
    }

    private static void queriesTile(float[] a, int aAt, int queries, HeadRows x, int xAt, Matrix out, int toAt) {
        float[] b = x.data;
        int bStride = x.stride;
        float[] to = out.data();
        int toStride = out.cols();
        FloatVector c0 = FloatVector.fromArray(SPECIES, to, toAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, to, toAt + toStride);
        FloatVector c2 = FloatVector.fromArray(SPECIES, to, toAt + 2 * toStride);
        FloatVector c3 = FloatVector.fromArray(SPECIES, to, toAt + 3 * toStride);
        FloatVector c4 = FloatVector.fromArray(SPECIES, to, toAt + 4 * toStride);
        FloatVector c5 = FloatVector.fromArray(SPECIES, to, toAt + 5 * toStride);
        FloatVector c6 = FloatVector.fromArray(SPECIES, to, toAt + 6 * toStride);
        FloatVector c7 = FloatVector.fromArray(SPECIES, to, toAt + 7 * toStride);
        for (int i = 0; i < queries; i++) {
            FloatVector y = FloatVector.fromArray(SPECIES, b, xAt + i * bStride);
            int at = aAt + i;
            c0 = y.fma(FloatVector.broadcast(SPECIES, a[at]), c0);
            c1 = y.fma(FloatVector.broadcast(SPECIES, a[at + COLS]), c1);
            c2 = y.fma(FloatVector.broadcast(SPECIES, a[at + 2 * COLS]), c2);
            c3 = y.fma(FloatVector.broadcast(SPECIES, a[at + 3 * COLS]), c3);
            c4 = y.fma(FloatVector.broadcast(SPECIES, a[at + 4 * COLS]), c4);
            c5 = y.fma(FloatVector.broadcast(SPECIES, a[at + 5 * COLS]), c5);
            c6 = y.fma(FloatVector.broadcast(SPECIES, a[at + 6 * COLS]), c6);
            c7 = y.fma(FloatVector.broadcast(SPECIES, a[at + 7 * COLS]), c7);
        }
        c0.intoArray(to, toAt);
        c1.intoArray(to, toAt + toStride);
        c2.intoArray(to, toAt + 2 * toStride);
        c3.intoArray(to, toAt + 3 * toStride);
        c4.intoArray(to, toAt + 4 * toStride);
        c5.intoArray(to, toAt + 5 * toStride);
        c6.intoArray(to, toAt + 6 * toStride);
        c7.intoArray(to, toAt + 7 * toStride);
    }
}
