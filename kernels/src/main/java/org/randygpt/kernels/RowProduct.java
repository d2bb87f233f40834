package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The product of a single row and a matrix, as generation needs it: packing would cost more than the product. */
final class RowProduct {
    private final Share share;
    private final RowSums sums = new RowSums();

    RowProduct(Share share) {
        this.share = share;
    }

    /** out (1, N) = or += x (1, K) · bᵀ, b (N, K): sums in the order of {@link RowSums}. Workers share columns. */
    void multiplyTransposed(Matrix x, Matrix b, Matrix out, Store store) {
        for (int col = share.from(out.cols()); col < share.to(out.cols()); col++) {
            float product = sums.ofProducts(x.data(), x.offset(), b.data(), b.rowAt(col), x.cols());
            Lanes.put(product, out.data(), out.offset() + col, store);
        }
    }

    /** out (1, N) += x · b (K, N), x a row or a column of K, in the order of K; workers share columns. */
    void addTo(Matrix out, Matrix x, Matrix b) {
        int from = share.from(out.cols());
        int end = share.to(out.cols());
        int k = 0;
        for (; k < b.rows() - 3; k += 4) {
            addFourRows(out, x, b, k, from, end);
        }
        for (; k < b.rows(); k++) {
            float element = x.data()[x.offset() + k];
            for (int col = from; col < end; col++) {
                out.data()[out.offset() + col] = Math.fma(element, b.get(k, col), out.get(0, col));
            }
        }
    }

    /** Four rows of b from one end to the other: the memory is read in its order, and the output stays in the cache. */
    private static void addFourRows(Matrix out, Matrix x, Matrix b, int k, int from, int end) {
        float[] to = out.data();
        float[] right = b.data();
        int toAt = out.offset();
        int row = b.rowAt(k);
        int cols = b.cols();
        float x0 = x.data()[x.offset() + k];
        float x1 = x.data()[x.offset() + k + 1];
        float x2 = x.data()[x.offset() + k + 2];
        float x3 = x.data()[x.offset() + k + 3];
        FloatVector v0 = FloatVector.broadcast(SPECIES, x0);
        FloatVector v1 = FloatVector.broadcast(SPECIES, x1);
        FloatVector v2 = FloatVector.broadcast(SPECIES, x2);
        FloatVector v3 = FloatVector.broadcast(SPECIES, x3);
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector sum = FloatVector.fromArray(SPECIES, to, toAt + i);
            sum = v0.fma(FloatVector.fromArray(SPECIES, right, row + i), sum);
            sum = v1.fma(FloatVector.fromArray(SPECIES, right, row + cols + i), sum);
            sum = v2.fma(FloatVector.fromArray(SPECIES, right, row + 2 * cols + i), sum);
            sum = v3.fma(FloatVector.fromArray(SPECIES, right, row + 3 * cols + i), sum);
            sum.intoArray(to, toAt + i);
        }
        for (; i < end; i++) {
            float sum = Math.fma(x0, right[row + i], to[toAt + i]);
            sum = Math.fma(x1, right[row + cols + i], sum);
            sum = Math.fma(x2, right[row + 2 * cols + i], sum);
            to[toAt + i] = Math.fma(x3, right[row + 3 * cols + i], sum);
        }
    }
}
