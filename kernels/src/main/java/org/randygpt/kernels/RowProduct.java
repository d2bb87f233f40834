package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;
import static org.randygpt.kernels.RowSums.PARTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a single row and a matrix, as generation needs it: packing would cost more than the product. Workers
 * share columns, by cache lines, and read four rows at once, but a worker alone reads a large matrix, which comes from
 * memory, in the order in which it lies, and ahead.
 */
final class RowProduct {
    /** Floats of the smallest matrix that comes from memory: a second-level cache of a megabyte. */
    private static final int FAR = 256 * 1024;

    /** Floats from what is multiplied to what is read ahead. */
    private static final int AHEAD = 64;

    /** Floats of a cache line. */
    private static final int LINE = 16;

    private final Share share;
    private final RowSums[] sums = {new RowSums(), new RowSums(), new RowSums(), new RowSums()};

    /** The sum of what was read ahead: nobody wants it, but the reads would be dropped without it. */
    @SuppressWarnings("UnusedVariable") // see above
    private float touched;

    RowProduct(Share share) {
        this.share = share;
    }

    private int from(Matrix out) {
        return Math.min(out.cols(), share.from(Math.ceilDiv(out.cols(), LINE)) * LINE);
    }

    private int end(Matrix out) {
        return Math.min(out.cols(), share.to(Math.ceilDiv(out.cols(), LINE)) * LINE);
    }

    /** out (1, N) = or += x (1, K) · bᵀ, b (N, K): sums in the order of {@link RowSums}. */
    void multiplyTransposed(Matrix x, Matrix b, Matrix out, Store store) {
        int end = end(out);
        int col = from(out);
        if (b.size() < FAR) {
            for (; col <= end - sums.length; col += sums.length) {
                sumFourColumns(x, b, col);
                for (int i = 0; i < sums.length; i++) {
                    Lanes.put(sums[i].total(), out.data(), out.offset() + col + i, store);
                }
            }
        }
        for (; col < end; col++) {
            float product = sums[0].ofProductsAhead(x.data(), x.offset(), b.data(), b.rowAt(col), x.cols());
            Lanes.put(product, out.data(), out.offset() + col, store);
        }
    }

    /** Leaves the parts of four columns in sums: each is a chain that the others need not wait for. */
    private void sumFourColumns(Matrix x, Matrix b, int col) {
        float[] row = x.data();
        float[] right = b.data();
        int n = x.cols();
        int xAt = x.offset();
        int at0 = b.rowAt(col);
        int at1 = at0 + n;
        int at2 = at1 + n;
        int at3 = at2 + n;
        for (int part = 0; part < PARTS; part += LENGTH) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int i = part; i <= n - LENGTH; i += PARTS) {
                FloatVector element = FloatVector.fromArray(SPECIES, row, xAt + i);
                s0 = element.fma(FloatVector.fromArray(SPECIES, right, at0 + i), s0);
                s1 = element.fma(FloatVector.fromArray(SPECIES, right, at1 + i), s1);
                s2 = element.fma(FloatVector.fromArray(SPECIES, right, at2 + i), s2);
                s3 = element.fma(FloatVector.fromArray(SPECIES, right, at3 + i), s3);
            }
            s0.intoArray(sums[0].parts, RowSums.START + part);
            s1.intoArray(sums[1].parts, RowSums.START + part);
            s2.intoArray(sums[2].parts, RowSums.START + part);
            s3.intoArray(sums[3].parts, RowSums.START + part);
        }
        for (int i = SPECIES.loopBound(n); i < n; i++) {
            sums[0].addProduct(i, row[xAt + i], right[at0 + i]);
            sums[1].addProduct(i, row[xAt + i], right[at1 + i]);
            sums[2].addProduct(i, row[xAt + i], right[at2 + i]);
            sums[3].addProduct(i, row[xAt + i], right[at3 + i]);
        }
    }

    /** out (1, N) = or += x · b (K, N), x a row or a column of K, in the order of K. */
    void multiply(Matrix x, Matrix b, Matrix out, Store store) {
        int from = from(out);
        int end = end(out);
        if (store == Store.REPLACE) {
            Arrays.fill(out.data(), out.offset() + from, out.offset() + end, 0);
        }
        add(x, b, out, from, end);
    }

    /** out (1, N) = x (1, K) · b (K, N) + bias (1, N), in the order of K. */
    void multiply(Matrix x, Matrix b, Matrix bias, Matrix out) {
        int from = from(out);
        int end = end(out);
        System.arraycopy(bias.data(), bias.offset() + from, out.data(), out.offset() + from, end - from);
        add(x, b, out, from, end);
    }

    private void add(Matrix x, Matrix b, Matrix out, int from, int end) {
        int k = b.size() < FAR || share.count() > 1 ? addFours(x, b, out, from, end) : 0;
        float sum = 0;
        for (; k < b.rows(); k++) {
            int ahead = Math.min(AHEAD, b.data().length - b.rowAt(k) - b.cols());
            sum += addRow(out, x, b, k, from, end, ahead);
        }
        touched = sum;
    }

    /** Returns the sum of what was read ahead. */
    private static float addRow(Matrix out, Matrix x, Matrix b, int k, int from, int end, int ahead) {
        float[] to = out.data();
        float[] right = b.data();
        int toAt = out.offset();
        int row = b.rowAt(k);
        float element = x.data()[x.offset() + k];
        FloatVector elements = FloatVector.broadcast(SPECIES, element);
        float sumAhead = 0;
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            sumAhead += right[row + ahead + i];
            elements.fma(FloatVector.fromArray(SPECIES, right, row + i), FloatVector.fromArray(SPECIES, to, toAt + i))
                    .intoArray(to, toAt + i);
        }
        for (; i < end; i++) {
            to[toAt + i] = Math.fma(element, right[row + i], to[toAt + i]);
        }
        return sumAhead;
    }

    /**
     * Four rows of b after the other, so that the output is read and written once for four; returns the first row that
     * is left.
     */
    private static int addFours(Matrix x, Matrix b, Matrix out, int from, int end) {
        float[] row = x.data();
        float[] right = b.data();
        float[] to = out.data();
        int xAt = x.offset();
        int toAt = out.offset();
        int cols = b.cols();
        int k = 0;
        for (; k < b.rows() - 3; k += 4) {
            int at = b.offset() + k * cols;
            float x0 = row[xAt + k];
            float x1 = row[xAt + k + 1];
            float x2 = row[xAt + k + 2];
            float x3 = row[xAt + k + 3];
            FloatVector v0 = FloatVector.broadcast(SPECIES, x0);
            FloatVector v1 = FloatVector.broadcast(SPECIES, x1);
            FloatVector v2 = FloatVector.broadcast(SPECIES, x2);
            FloatVector v3 = FloatVector.broadcast(SPECIES, x3);
            int i = from;
            for (; i <= end - LENGTH; i += LENGTH) {
                FloatVector sum = FloatVector.fromArray(SPECIES, to, toAt + i);
                sum = v0.fma(FloatVector.fromArray(SPECIES, right, at + i), sum);
                sum = v1.fma(FloatVector.fromArray(SPECIES, right, at + cols + i), sum);
                sum = v2.fma(FloatVector.fromArray(SPECIES, right, at + 2 * cols + i), sum);
                sum = v3.fma(FloatVector.fromArray(SPECIES, right, at + 3 * cols + i), sum);
                sum.intoArray(to, toAt + i);
            }
            for (; i < end; i++) {
                float sum = Math.fma(x0, right[at + i], to[toAt + i]);
                sum = Math.fma(x1, right[at + cols + i], sum);
                sum = Math.fma(x2, right[at + 2 * cols + i], sum);
                to[toAt + i] = Math.fma(x3, right[at + 3 * cols + i], sum);
            }
        }
        return k;
    }
}
