package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The matrix products of attention in tiles: to[r][c] = from[r][c] + Σ over k of a[r][k] · b[k][c] for {@link #ROWS}
 * rows and two vectors of columns at once, or what is left, one; each element is one chain of fused multiply-adds.
 * Where 16 accumulators have no room in registers, four rows at once.
 *
 * <p>What a tile reads is set as fields, as in {@link TileJob}, and all rows are {@link #STRIDE} apart: a constant,
 * lest each row takes a register for its address.
 */
final class AttentionTiles {
    static final int ROWS = 8;

    /** Floats from one row to the next: an odd number of cache lines, so that rows spread over all sets of a cache. */
    static final int STRIDE = 80;

    /** Whether 16 accumulators have room in registers. */
    private static final boolean WIDE = Lanes.REGISTERS > 16;

    /** Row 0, step 0. */
    float[] a = {};

    int aAt;

    /** Number of steps. */
    int depth;

    float[] b = {};
    int bAt;

    /** Where chains start. */
    float[] from = {};

    int fromAt;

    /** Where they end. */
    float[] to = {};

    int toAt;

    /** Of {@code width} columns, steps of a lie one after the other. */
    void rows(int width) {
        int end = toAt + width;
        for (; toAt < end - LENGTH; next(2 * LENGTH)) {
            if (WIDE) {
                rowsByTwo();
            } else {
                rowsInHalves();
            }
        }
        for (; toAt < end; next(LENGTH)) {
            rowsByOne();
        }
    }

    /** Of {@code width} columns, a is transposed: rows lie one after the other. */
    void columns(int width) {
        int end = toAt + width;
        for (; toAt < end - LENGTH; next(2 * LENGTH)) {
            if (WIDE) {
                columnsByTwo();
            } else {
                columnsInHalves();
            }
        }
        for (; toAt < end; next(LENGTH)) {
            columnsByOne();
        }
    }

    private void next(int columns) {
        bAt += columns;
        fromAt += columns;
        toAt += columns;
    }

    private void rowsByTwo() {
        float[] a = this.a;
        float[] b = this.b;
        int aAt = this.aAt;
        int bAt = this.bAt;
        float[] from = this.from;
        int fromAt = this.fromAt;
        float[] to = this.to;
        int toAt = this.toAt;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE + LENGTH);
        FloatVector c40 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * STRIDE);
        FloatVector c41 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * STRIDE + LENGTH);
        FloatVector c50 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * STRIDE);
        FloatVector c51 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * STRIDE + LENGTH);
        FloatVector c60 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * STRIDE);
        FloatVector c61 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * STRIDE + LENGTH);
        FloatVector c70 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * STRIDE);
        FloatVector c71 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * STRIDE + LENGTH);
        int depth = this.depth;
        for (int k = 0; k < depth; k++) {
            int i = aAt + k;
            int j = bAt + k * STRIDE;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector y1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(y0, c00);
            c01 = x.fma(y1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + STRIDE]);
            c10 = x.fma(y0, c10);
            c11 = x.fma(y1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2 * STRIDE]);
            c20 = x.fma(y0, c20);
            c21 = x.fma(y1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3 * STRIDE]);
            c30 = x.fma(y0, c30);
            c31 = x.fma(y1, c31);
            x = FloatVector.broadcast(SPECIES, a[i + 4 * STRIDE]);
            c40 = x.fma(y0, c40);
            c41 = x.fma(y1, c41);
            x = FloatVector.broadcast(SPECIES, a[i + 5 * STRIDE]);
            c50 = x.fma(y0, c50);
            c51 = x.fma(y1, c51);
            x = FloatVector.broadcast(SPECIES, a[i + 6 * STRIDE]);
            c60 = x.fma(y0, c60);
            c61 = x.fma(y1, c61);
            x = FloatVector.broadcast(SPECIES, a[i + 7 * STRIDE]);
            c70 = x.fma(y0, c70);
            c71 = x.fma(y1, c71);
        }
        c00.intoArray(to, toAt);
        c01.intoArray(to, toAt + LENGTH);
        c10.intoArray(to, toAt + STRIDE);
        c11.intoArray(to, toAt + STRIDE + LENGTH);
        c20.intoArray(to, toAt + 2 * STRIDE);
        c21.intoArray(to, toAt + 2 * STRIDE + LENGTH);
        c30.intoArray(to, toAt + 3 * STRIDE);
        c31.intoArray(to, toAt + 3 * STRIDE + LENGTH);
        c40.intoArray(to, toAt + 4 * STRIDE);
        c41.intoArray(to, toAt + 4 * STRIDE + LENGTH);
        c50.intoArray(to, toAt + 5 * STRIDE);
        c51.intoArray(to, toAt + 5 * STRIDE + LENGTH);
        c60.intoArray(to, toAt + 6 * STRIDE);
        c61.intoArray(to, toAt + 6 * STRIDE + LENGTH);
        c70.intoArray(to, toAt + 7 * STRIDE);
        c71.intoArray(to, toAt + 7 * STRIDE + LENGTH);
    }

    private void rowsByOne() {
        float[] a = this.a;
        float[] b = this.b;
        int aAt = this.aAt;
        int bAt = this.bAt;
        float[] from = this.from;
        int fromAt = this.fromAt;
        float[] to = this.to;
        int toAt = this.toAt;
        FloatVector c0 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE);
        FloatVector c2 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE);
        FloatVector c3 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE);
        FloatVector c4 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * STRIDE);
        FloatVector c5 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * STRIDE);
        FloatVector c6 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * STRIDE);
        FloatVector c7 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * STRIDE);
        int depth = this.depth;
        for (int k = 0; k < depth; k++) {
            int i = aAt + k;
            FloatVector y = FloatVector.fromArray(SPECIES, b, bAt + k * STRIDE);
            c0 = y.fma(FloatVector.broadcast(SPECIES, a[i]), c0);
            c1 = y.fma(FloatVector.broadcast(SPECIES, a[i + STRIDE]), c1);
            c2 = y.fma(FloatVector.broadcast(SPECIES, a[i + 2 * STRIDE]), c2);
            c3 = y.fma(FloatVector.broadcast(SPECIES, a[i + 3 * STRIDE]), c3);
            c4 = y.fma(FloatVector.broadcast(SPECIES, a[i + 4 * STRIDE]), c4);
            c5 = y.fma(FloatVector.broadcast(SPECIES, a[i + 5 * STRIDE]), c5);
            c6 = y.fma(FloatVector.broadcast(SPECIES, a[i + 6 * STRIDE]), c6);
            c7 = y.fma(FloatVector.broadcast(SPECIES, a[i + 7 * STRIDE]), c7);
        }
        c0.intoArray(to, toAt);
        c1.intoArray(to, toAt + STRIDE);
        c2.intoArray(to, toAt + 2 * STRIDE);
        c3.intoArray(to, toAt + 3 * STRIDE);
        c4.intoArray(to, toAt + 4 * STRIDE);
        c5.intoArray(to, toAt + 5 * STRIDE);
        c6.intoArray(to, toAt + 6 * STRIDE);
        c7.intoArray(to, toAt + 7 * STRIDE);
    }

    private void columnsByTwo() {
        float[] a = this.a;
        float[] b = this.b;
        int aAt = this.aAt;
        int bAt = this.bAt;
        float[] from = this.from;
        int fromAt = this.fromAt;
        float[] to = this.to;
        int toAt = this.toAt;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE + LENGTH);
        FloatVector c40 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * STRIDE);
        FloatVector c41 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * STRIDE + LENGTH);
        FloatVector c50 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * STRIDE);
        FloatVector c51 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * STRIDE + LENGTH);
        FloatVector c60 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * STRIDE);
        FloatVector c61 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * STRIDE + LENGTH);
        FloatVector c70 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * STRIDE);
        FloatVector c71 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * STRIDE + LENGTH);
        int depth = this.depth;
        for (int k = 0; k < depth; k++) {
            int i = aAt + k * STRIDE;
            int j = bAt + k * STRIDE;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector y1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(y0, c00);
            c01 = x.fma(y1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(y0, c10);
            c11 = x.fma(y1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(y0, c20);
            c21 = x.fma(y1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(y0, c30);
            c31 = x.fma(y1, c31);
            x = FloatVector.broadcast(SPECIES, a[i + 4]);
            c40 = x.fma(y0, c40);
            c41 = x.fma(y1, c41);
            x = FloatVector.broadcast(SPECIES, a[i + 5]);
            c50 = x.fma(y0, c50);
            c51 = x.fma(y1, c51);
            x = FloatVector.broadcast(SPECIES, a[i + 6]);
            c60 = x.fma(y0, c60);
            c61 = x.fma(y1, c61);
            x = FloatVector.broadcast(SPECIES, a[i + 7]);
            c70 = x.fma(y0, c70);
            c71 = x.fma(y1, c71);
        }
        c00.intoArray(to, toAt);
        c01.intoArray(to, toAt + LENGTH);
        c10.intoArray(to, toAt + STRIDE);
        c11.intoArray(to, toAt + STRIDE + LENGTH);
        c20.intoArray(to, toAt + 2 * STRIDE);
        c21.intoArray(to, toAt + 2 * STRIDE + LENGTH);
        c30.intoArray(to, toAt + 3 * STRIDE);
        c31.intoArray(to, toAt + 3 * STRIDE + LENGTH);
        c40.intoArray(to, toAt + 4 * STRIDE);
        c41.intoArray(to, toAt + 4 * STRIDE + LENGTH);
        c50.intoArray(to, toAt + 5 * STRIDE);
        c51.intoArray(to, toAt + 5 * STRIDE + LENGTH);
        c60.intoArray(to, toAt + 6 * STRIDE);
        c61.intoArray(to, toAt + 6 * STRIDE + LENGTH);
        c70.intoArray(to, toAt + 7 * STRIDE);
        c71.intoArray(to, toAt + 7 * STRIDE + LENGTH);
    }

    private void columnsByOne() {
        float[] a = this.a;
        float[] b = this.b;
        int aAt = this.aAt;
        int bAt = this.bAt;
        float[] from = this.from;
        int fromAt = this.fromAt;
        float[] to = this.to;
        int toAt = this.toAt;
        FloatVector c0 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c1 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE);
        FloatVector c2 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE);
        FloatVector c3 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE);
        FloatVector c4 = FloatVector.fromArray(SPECIES, from, fromAt + 4 * STRIDE);
        FloatVector c5 = FloatVector.fromArray(SPECIES, from, fromAt + 5 * STRIDE);
        FloatVector c6 = FloatVector.fromArray(SPECIES, from, fromAt + 6 * STRIDE);
        FloatVector c7 = FloatVector.fromArray(SPECIES, from, fromAt + 7 * STRIDE);
        int depth = this.depth;
        for (int k = 0; k < depth; k++) {
            int i = aAt + k * STRIDE;
            FloatVector y = FloatVector.fromArray(SPECIES, b, bAt + k * STRIDE);
            c0 = y.fma(FloatVector.broadcast(SPECIES, a[i]), c0);
            c1 = y.fma(FloatVector.broadcast(SPECIES, a[i + 1]), c1);
            c2 = y.fma(FloatVector.broadcast(SPECIES, a[i + 2]), c2);
            c3 = y.fma(FloatVector.broadcast(SPECIES, a[i + 3]), c3);
            c4 = y.fma(FloatVector.broadcast(SPECIES, a[i + 4]), c4);
            c5 = y.fma(FloatVector.broadcast(SPECIES, a[i + 5]), c5);
            c6 = y.fma(FloatVector.broadcast(SPECIES, a[i + 6]), c6);
            c7 = y.fma(FloatVector.broadcast(SPECIES, a[i + 7]), c7);
        }
        c0.intoArray(to, toAt);
        c1.intoArray(to, toAt + STRIDE);
        c2.intoArray(to, toAt + 2 * STRIDE);
        c3.intoArray(to, toAt + 3 * STRIDE);
        c4.intoArray(to, toAt + 4 * STRIDE);
        c5.intoArray(to, toAt + 5 * STRIDE);
        c6.intoArray(to, toAt + 6 * STRIDE);
        c7.intoArray(to, toAt + 7 * STRIDE);
    }

    /** The upper four rows by two vectors, then the lower. */
    private void rowsInHalves() {
        halfRowsByTwo();
        aAt += 4 * STRIDE;
        lowerHalf();
        halfRowsByTwo();
        aAt -= 4 * STRIDE;
        upperHalf();
    }

    /** The same for a transposed a. */
    private void columnsInHalves() {
        halfColumnsByTwo();
        aAt += 4;
        lowerHalf();
        halfColumnsByTwo();
        aAt -= 4;
        upperHalf();
    }

    private void lowerHalf() {
        fromAt += 4 * STRIDE;
        toAt += 4 * STRIDE;
    }

    private void upperHalf() {
        fromAt -= 4 * STRIDE;
        toAt -= 4 * STRIDE;
    }

    private void halfRowsByTwo() {
        float[] a = this.a;
        float[] b = this.b;
        int aAt = this.aAt;
        int bAt = this.bAt;
        float[] from = this.from;
        int fromAt = this.fromAt;
        float[] to = this.to;
        int toAt = this.toAt;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE + LENGTH);
        int depth = this.depth;
        for (int k = 0; k < depth; k++) {
            int i = aAt + k;
            int j = bAt + k * STRIDE;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector y1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(y0, c00);
            c01 = x.fma(y1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + STRIDE]);
            c10 = x.fma(y0, c10);
            c11 = x.fma(y1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2 * STRIDE]);
            c20 = x.fma(y0, c20);
            c21 = x.fma(y1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3 * STRIDE]);
            c30 = x.fma(y0, c30);
            c31 = x.fma(y1, c31);
        }
        c00.intoArray(to, toAt);
        c01.intoArray(to, toAt + LENGTH);
        c10.intoArray(to, toAt + STRIDE);
        c11.intoArray(to, toAt + STRIDE + LENGTH);
        c20.intoArray(to, toAt + 2 * STRIDE);
        c21.intoArray(to, toAt + 2 * STRIDE + LENGTH);
        c30.intoArray(to, toAt + 3 * STRIDE);
        c31.intoArray(to, toAt + 3 * STRIDE + LENGTH);
    }

    private void halfColumnsByTwo() {
        float[] a = this.a;
        float[] b = this.b;
        int aAt = this.aAt;
        int bAt = this.bAt;
        float[] from = this.from;
        int fromAt = this.fromAt;
        float[] to = this.to;
        int toAt = this.toAt;
        FloatVector c00 = FloatVector.fromArray(SPECIES, from, fromAt);
        FloatVector c01 = FloatVector.fromArray(SPECIES, from, fromAt + LENGTH);
        FloatVector c10 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE);
        FloatVector c11 = FloatVector.fromArray(SPECIES, from, fromAt + STRIDE + LENGTH);
        FloatVector c20 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE);
        FloatVector c21 = FloatVector.fromArray(SPECIES, from, fromAt + 2 * STRIDE + LENGTH);
        FloatVector c30 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE);
        FloatVector c31 = FloatVector.fromArray(SPECIES, from, fromAt + 3 * STRIDE + LENGTH);
        int depth = this.depth;
        for (int k = 0; k < depth; k++) {
            int i = aAt + k * STRIDE;
            int j = bAt + k * STRIDE;
            FloatVector y0 = FloatVector.fromArray(SPECIES, b, j);
            FloatVector y1 = FloatVector.fromArray(SPECIES, b, j + LENGTH);
            FloatVector x = FloatVector.broadcast(SPECIES, a[i]);
            c00 = x.fma(y0, c00);
            c01 = x.fma(y1, c01);
            x = FloatVector.broadcast(SPECIES, a[i + 1]);
            c10 = x.fma(y0, c10);
            c11 = x.fma(y1, c11);
            x = FloatVector.broadcast(SPECIES, a[i + 2]);
            c20 = x.fma(y0, c20);
            c21 = x.fma(y1, c21);
            x = FloatVector.broadcast(SPECIES, a[i + 3]);
            c30 = x.fma(y0, c30);
            c31 = x.fma(y1, c31);
        }
        c00.intoArray(to, toAt);
        c01.intoArray(to, toAt + LENGTH);
        c10.intoArray(to, toAt + STRIDE);
        c11.intoArray(to, toAt + STRIDE + LENGTH);
        c20.intoArray(to, toAt + 2 * STRIDE);
        c21.intoArray(to, toAt + 2 * STRIDE + LENGTH);
        c30.intoArray(to, toAt + 3 * STRIDE);
        c31.intoArray(to, toAt + 3 * STRIDE + LENGTH);
    }
}
